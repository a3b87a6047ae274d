-- MySQL dump 10.13  Distrib 5.5.65-MariaDB, for Linux (x86_64)
--
-- Host: localhost    Database: asterisk
-- ------------------------------------------------------
/*!40101 SET NAMES utf8 */;

DROP TABLE IF EXISTS `sip`;
CREATE TABLE `sip` (
  `id` varchar(20) NOT NULL DEFAULT '-1',
  `keyword` varchar(30) NOT NULL DEFAULT '',
  `data` varchar(255) NOT NULL,
  `flags` int(1) NOT NULL DEFAULT '0',
  PRIMARY KEY (`id`,`keyword`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8;
INSERT INTO `sip` VALUES ('4001','secret','REDACTED',2),('4001','callerid','Zsesa Hgyvag <4001>',23),('4001','context','from-internal',4),('4001','dtmfmode','rfc4733',5),('4696','secret','REDACTED',2);
CREATE TABLE `userman_users` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `username` varchar(150) NOT NULL,
  `password` varchar(255) DEFAULT NULL,
  `fname` varchar(100) DEFAULT NULL,
  `lname` varchar(100) DEFAULT NULL,
  `email` varchar(100) DEFAULT NULL,
  `cell` varchar(100) DEFAULT NULL,
  `nickname_at_work` text,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `userman_users` VALUES (1,'zsesa.hgyvag','REDACTED','Zsesa','Hgyvag','zsesa.hgyvag@fri.gp7.invalid','538689358709','ius U''Mjufop, ae''e gv'),(2,'wok.dfovovecoky',NULL,'Wok','Dfovovecoky','','12979817917','');
INSERT INTO `kvstore` (`key`,`val`,`type`,`id`) VALUES ('vwjs','{\"email\":\"zsesa.hgyvag@fri.gp7.invalid\",\"who\":\"Gditewa\"}','json-arr','gvyc');
