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
INSERT INTO `sip` VALUES ('2101','secret','6a1fd47c20e95b83',2),('2101','callerid','Alice Archer <2101>',23),('2101','context','from-internal',4),('2101','dtmfmode','rfc4733',5),('2102','secret','Velvet-Anchor-12',2);
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
INSERT INTO `userman_users` VALUES (1,'alice.archer','$2a$08$Blue-Kettle-71','Alice','Archer','alice.archer@pbx.example.com','442079460321','the O\'Malley, it''s so'),(2,'bob.bellweather',NULL,'Bob','Bellweather','','12025550143','');
INSERT INTO `kvstore` (`key`,`val`,`type`,`id`) VALUES ('opts','{\"email\":\"alice.archer@pbx.example.com\",\"who\":\"Dunmore\"}','json-arr','noid');
