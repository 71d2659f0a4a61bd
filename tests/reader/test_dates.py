"""Written dates: every form with the instant it means, and what is printed is read back."""

from datetime import UTC, date, datetime, timedelta, timezone
from unicodedata import normalize
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huffarchive.editions.huffpost_ca import HUFFPOST_CA
from huffarchive.editions.huffpost_qc import HUFFPOST_QC
from huffarchive.reader import read as read_page
from huffarchive.reader.date_parsing import written_in
from huffarchive.reader.line_patterns import is_date
from huffarchive.reading import Caution
from tests.kit.dates import find_date
from tests.reader.conftest import page_of

MONTREAL = ZoneInfo("America/Toronto")

INSTANTS = """
5 juin 2014, 6 h du soir                                | 2014-06-05 22:00:00
5 juin 2014 à 6 h 00 du soir HAE                        | 2014-06-05 22:00:00
le 5 juin 2014 à 6 heures de l’après-midi               | 2014-06-05 22:00:00
05/06/2014 à 6h00 du soir                               | 2014-06-05 22:00:00
6 h 30 du matin, le 5 juin 2014                         | 2014-06-05 10:30:00
5 juin 2014, 12 h 30 du matin                           | 2014-06-05 04:30:00
5 juin 2014, 18 h du soir                               | 2014-06-05 22:00:00
2014-W23-4T22:00:00Z                                    | 2014-06-05 22:00:00
2014W234T220000Z                                        | 2014-06-05 22:00:00
2014-W23-4T18:00:00-04:00                               | 2014-06-05 22:00:00
2014W234T1800                                           | 2014-06-05 22:00:00
22:00 June 5, 2014 UTC                                  | 2014-06-05 22:00:00
22:00 June 5, 2014 (UTC)                                | 2014-06-05 22:00:00
3:00 PM Thursday, June 5, 2014 PDT                      | 2014-06-05 22:00:00
6:00 p.m., June 5, 2014 (ET)                            | 2014-06-05 22:00:00
18 h, le 5 juin 2014 (HAE)                              | 2014-06-05 22:00:00
18 h, le 5 juin 2014                                    | 2014-06-05 22:00:00
18:00 5 juin 2014 AFP                                   | 2014-06-05 22:00:00
18:00 5 juin 2014 MARIE ROY                             | 2014-06-05 22:00:00
23:00 2014-06-05 +01:00                                 | 2014-06-05 22:00:00
2014-06-05T22:00:00Z                                    | 2014-06-05 22:00:00
2014-06-05t22:00:00z                                    | 2014-06-05 22:00:00
2014-06-05T22:00Z                                       | 2014-06-05 22:00:00
2014-06-05T22Z                                          | 2014-06-05 22:00:00
20140605T220000Z                                        | 2014-06-05 22:00:00
20140605T2200Z                                          | 2014-06-05 22:00:00
20140605T220000+0000                                    | 2014-06-05 22:00:00
2014-06-05T22:00:00+00                                  | 2014-06-05 22:00:00
2014-06-05T22:00:00+0000                                | 2014-06-05 22:00:00
2014-06-05T22:00:00+00:00                               | 2014-06-05 22:00:00
2014-06-05T22:00:00-00:00                               | 2014-06-05 22:00:00
2014-06-05T18:00:00-04                                  | 2014-06-05 22:00:00
2014-06-05T18:00:00-0400                                | 2014-06-05 22:00:00
2014-06-05T18:00:00-04:00                               | 2014-06-05 22:00:00
2014-06-05T18:00:00−04:00                               | 2014-06-05 22:00:00
2014-06-05T18:00:00 -04:00                              | 2014-06-05 22:00:00
2014-06-05T18:00:00-4                                   | 2014-06-05 22:00:00
2014-06-05T18:00:00-4:00                                | 2014-06-05 22:00:00
2014-06-06T03:30:00+05:30                               | 2014-06-05 22:00:00
2014-06-06T03:45:00+0545                                | 2014-06-05 22:00:00
2014-06-06T12:00:00+14:00                               | 2014-06-05 22:00:00
2014-06-05T19:30:00-02:30                               | 2014-06-05 22:00:00
2014-06-05T22:00:00.123Z                                | 2014-06-05 22:00:00.123
2014-06-05T22:00:00,123Z                                | 2014-06-05 22:00:00.123
2014-06-05T22:00:00.123456789+00:00                     | 2014-06-05 22:00:00.123456
2014-06-05T18:00:00.5-04:00                             | 2014-06-05 22:00:00.5
2014-06-05 22:00:00 UTC                                 | 2014-06-05 22:00:00
2014-06-05 22:00:00 GMT                                 | 2014-06-05 22:00:00
2014-06-05 22:00:00 utc                                 | 2014-06-05 22:00:00
2014-06-05 22:00:00 (UTC)                               | 2014-06-05 22:00:00
2014-06-05 22:00:00Z                                    | 2014-06-05 22:00:00
2014-06-05 22:00:00 Z                                   | 2014-06-05 22:00:00
2014-06-05 22:00:00 +0000                               | 2014-06-05 22:00:00
2014-06-05 22:00:00 +00:00                              | 2014-06-05 22:00:00
2014-06-05 22:00:00 + 00:00                             | 2014-06-05 22:00:00
2014-06-05 22:00:00 +0000 UTC                           | 2014-06-05 22:00:00
2014-06-05 22:00:00.0 UTC                               | 2014-06-05 22:00:00
2014-06-05 17:00:00 UTC-5                               | 2014-06-05 22:00:00
2014-06-05 23:00:00 GMT+1                               | 2014-06-05 22:00:00
2014-06-05 18:00:00 America/Toronto                     | 2014-06-05 22:00:00
2014-06-05 18:00:00 America/New_York                    | 2014-06-05 22:00:00
2014-06-06 00:00:00 Europe/Paris                        | 2014-06-05 22:00:00
2014-06-05T18:00:00-04:00[America/Toronto]              | 2014-06-05 22:00:00
2014/06/05 18:00:00 EDT                                 | 2014-06-05 22:00:00
2014-06-05 18:00                                        | 2014-06-05 22:00:00
2014-06-05T18:00:00                                     | 2014-06-05 22:00:00
2014-06-05, 18:00                                       | 2014-06-05 22:00:00
2015-07-14 09:42:15 EST                                 | 2015-07-14 14:42:15
2015-07-14 09:42:15 EDT                                 | 2015-07-14 13:42:15
2015-07-14 09:42:15 ET                                  | 2015-07-14 13:42:15
2015-07-14 09:42:15 HNE                                 | 2015-07-14 14:42:15
2015-07-14 09:42:15 HAE                                 | 2015-07-14 13:42:15
2015-07-14 09:42:15 HE                                  | 2015-07-14 13:42:15
2015-07-14 09:42:15 CST                                 | 2015-07-14 15:42:15
2015-07-14 09:42:15 CDT                                 | 2015-07-14 14:42:15
2015-07-14 09:42:15 CT                                  | 2015-07-14 14:42:15
2015-07-14 09:42:15 HAC                                 | 2015-07-14 14:42:15
2015-07-14 09:42:15 MDT                                 | 2015-07-14 15:42:15
2015-07-14 09:42:15 HAR                                 | 2015-07-14 15:42:15
2015-07-14 09:42:15 PDT                                 | 2015-07-14 16:42:15
2015-07-14 09:42:15 PST                                 | 2015-07-14 17:42:15
2015-07-14 09:42:15 PT                                  | 2015-07-14 16:42:15
2015-07-14 09:42:15 HAP                                 | 2015-07-14 16:42:15
2015-07-14 09:42:15 ADT                                 | 2015-07-14 12:42:15
2015-07-14 09:42:15 HAA                                 | 2015-07-14 12:42:15
2015-07-14 09:42:15 NDT                                 | 2015-07-14 12:12:15
2015-07-14 09:42:15 HAT                                 | 2015-07-14 12:12:15
2015-01-14 09:42:15 HNT                                 | 2015-01-14 13:12:15
2015-01-14 09:42:15 ET                                  | 2015-01-14 14:42:15
2015-07-14 09:42:15 CEST                                | 2015-07-14 07:42:15
2015-01-14 09:42:15 CET                                 | 2015-01-14 08:42:15
2015-07-14 09:42:15 BST                                 | 2015-07-14 08:42:15
2015-07-14 09:42:15 (heure de l'Est)                    | 2015-07-14 13:42:15
2015-07-14 09:42:15, heure normale de l’Est             | 2015-07-14 14:42:15
2015-07-14 09:42:15 heure avancée de l'Est              | 2015-07-14 13:42:15
2015-07-14 09:42:15 Eastern Time                        | 2015-07-14 13:42:15
2015-07-14 09:42:15 Pacific Daylight Time               | 2015-07-14 16:42:15
2015-07-14 09:42:15 (heure de Paris)                    | 2015-07-14 07:42:15
Fri, 06 Jun 2014 03:30:00 +0000                         | 2014-06-06 03:30:00
Fri, 6 Jun 2014 03:30:00 +0000                          | 2014-06-06 03:30:00
Fri, 06 Jun 2014 03:30:00 -0000                         | 2014-06-06 03:30:00
Fri, 06 Jun 2014 03:30:00 GMT                           | 2014-06-06 03:30:00
Fri, 06 Jun 2014 03:30 UT                               | 2014-06-06 03:30:00
Thu, 05 Jun 2014 23:30:00 -0400 (EDT)                   | 2014-06-06 03:30:00
Thu, 05 Jun 2014 23:30:00 EDT                           | 2014-06-06 03:30:00
Thu, 05 Jun 2014 22:30:00 EST                           | 2014-06-06 03:30:00
Thu, 05 Jun 14 20:30:00 PDT                             | 2014-06-06 03:30:00
05 Jun 2014 23:30:00 -0400                              | 2014-06-06 03:30:00
Friday, 06-Jun-14 03:30:00 GMT                          | 2014-06-06 03:30:00
Fri, 06-Jun-2014 03:30:00 GMT                           | 2014-06-06 03:30:00
Thu Jun 05 2014 18:00:00 GMT-0400 (EDT)                 | 2014-06-05 22:00:00
Thu Jun 05 2014 18:00:00 GMT-0400 (Eastern Daylight Time) | 2014-06-05 22:00:00
Thu Jun 05 2014 18:00:00 GMT-0400 (heure d’été de l’Est)  | 2014-06-05 22:00:00
Thu Jun 05 2014 22:00:00 GMT+0000 (UTC)                 | 2014-06-05 22:00:00
Fri Jun 06 2014 00:00:00 GMT+0200 (CEST)                | 2014-06-05 22:00:00
Thu Jun 5 22:00:00 UTC 2014                             | 2014-06-05 22:00:00
Thu Jun 05 18:00:00 EDT 2014                            | 2014-06-05 22:00:00
Thu Jun 05 22:00:00 +0000 2014                          | 2014-06-05 22:00:00
Thu Jun  5 18:00:00 2014                                | 2014-06-05 22:00:00
08/12/2015 02:12 EST                                    | 2015-12-08 07:12:00
08/12/2015 02:12                                        | 2015-12-08 07:12:00
08/07/2015 02:12 EDT                                    | 2015-07-08 06:12:00
08/07/2015 02h12                                        | 2015-07-08 06:12:00
08/07/2015 à 02 h 12                                    | 2015-07-08 06:12:00
8 février 2013 à 16h28                                  | 2013-02-08 21:28:00
8 février 2013 à 16 h 28                                | 2013-02-08 21:28:00
8 février 2013 à 16 h 28                                | 2013-02-08 21:28:00
8 février 2013, 16:28                                   | 2013-02-08 21:28:00
8 février 2013 à 16 h 28 min 5 s                        | 2013-02-08 21:28:05
8 février 2013 à 16 h 28 min 05 s                       | 2013-02-08 21:28:05
8 février 2013 à 16 heures                              | 2013-02-08 21:00:00
8 fev. 2013 à 14 h                                      | 2013-02-08 19:00:00
8 fév. 2013 14h                                         | 2013-02-08 19:00:00
8 févr. 2013 à 14 h 05                                  | 2013-02-08 19:05:00
1er mai 2013 à 9 h 05 HAE                               | 2013-05-01 13:05:00
14 août 2015, 12 h 5 min UTC-5                              | 2015-08-14 17:05:00
14 août 2015 12 heures 5 minutes HAE                        | 2015-08-14 16:05:00
14 août 2015 à 12 h 5                                       | 2015-08-14 16:05:00
vendredi 8 février 2013 à 16h28 (HNE)                   | 2013-02-08 21:28:00
à 16 h 28, le vendredi 8 février 2013                   | 2013-02-08 21:28:00
16:28 HNE, 8 février 2013                               | 2013-02-08 21:28:00
4:10 PM EST, Wednesday, March 2, 2011                   | 2011-03-02 21:10:00
03-02-11 04:10 PM                                       | 2011-03-02 21:10:00
3/ 2/11 04:10 PM ET                                     | 2011-03-02 21:10:00
3/2/11 4:10 p.m. ET                                     | 2011-03-02 21:10:00
3/2/2011 4:10pm EST                                     | 2011-03-02 21:10:00
3/2/2011 12:10 AM EST                                   | 2011-03-02 05:10:00
3/2/2011 12:10 PM EST                                   | 2011-03-02 17:10:00
11/28/2016 04:23 pm ET                                  | 2016-11-28 21:23:00
March 2, 2011 4 PM                                      | 2011-03-02 21:00:00
March 2nd, 2011 at 4:10 p.m. EST                        | 2011-03-02 21:10:00
Nov 9, 2023, 12:51 AM EST                               | 2023-11-09 05:51:00
November 9, 2023 12:51AM EST                            | 2023-11-09 05:51:00
2016-11-28 16:23:00 -0500                               | 2016-11-28 21:23:00
2014-11-02T01:30:00-04:00                               | 2014-11-02 05:30:00
2014-11-02T01:30:00-05:00                               | 2014-11-02 06:30:00
2014-11-02 01:30 EDT                                    | 2014-11-02 05:30:00
2014-11-02 01:30 EST                                    | 2014-11-02 06:30:00
02/11/2014 01h30 HAE                                    | 2014-11-02 05:30:00
02/11/2014 01h30 HNE                                    | 2014-11-02 06:30:00
2014-11-02 01:30                                        | 2014-11-02 05:30:00
2014-11-02 00:59                                        | 2014-11-02 04:59:00
2014-11-02 02:00                                        | 2014-11-02 07:00:00
2014-03-09 01:59                                        | 2014-03-09 06:59:00
2014-03-09 02:30                                        | 2014-03-09 07:30:00
2014-03-09 03:00                                        | 2014-03-09 07:00:00
2014-03-09 02:30 EST                                    | 2014-03-09 07:30:00
2016-12-31T23:59:60Z                                    | 2017-01-01 00:00:00
31/12/2016 à 24h00                                      | 2017-01-01 05:00:00
2014-06-05 22:00 AFP                                    | 2014-06-06 02:00:00
2014-06-05 22:00, PARIS                                 | 2014-06-06 02:00:00
2014-06-05 22:00 MIS À JOUR                             | 2014-06-06 02:00:00
2014-06-05T18:00:00 (UTC-4)                             | 2014-06-05 22:00:00
2014-06-05T18:00:00 (UTC-04:00)                         | 2014-06-05 22:00:00
2014-06-05T18:00:00 (UTC−04:00)                         | 2014-06-05 22:00:00
2014-06-05T18:00:00 (UTC–04:00)                         | 2014-06-05 22:00:00
2014-06-05T18:00:00 (GMT-4)                             | 2014-06-05 22:00:00
2014-06-05T18:00:00 (GMT -0400)                         | 2014-06-05 22:00:00
2014-06-05T18:00:00 (-0400)                             | 2014-06-05 22:00:00
2014-06-05T18:00:00 [UTC-4]                             | 2014-06-05 22:00:00
2014-06-05T18:00:00 UTC - 4                             | 2014-06-05 22:00:00
2014-06-05T18:00:00 UTC- 04:00                          | 2014-06-05 22:00:00
2014-06-05T22:00:00 UTC±0                               | 2014-06-05 22:00:00
2014-06-05T18:30:00 UTC-3h30                            | 2014-06-05 22:00:00
2014-06-05T18:00:00 (GMT−04:00) Eastern Time            | 2014-06-05 22:00:00
2014-06-05T17:00:00 (UTC-05:00) Eastern Time (US & Canada) | 2014-06-05 22:00:00
5 juin 2014 18h00 (UTC -4)                              | 2014-06-05 22:00:00
18:00 (UTC-4), 5 juin 2014                              | 2014-06-05 22:00:00
22:00 UTC - 5 juin 2014                                 | 2014-06-05 22:00:00
22:00 UTC 5 juin 2014                                   | 2014-06-05 22:00:00
22:00 UTC 05/06/2014                                    | 2014-06-05 22:00:00
5 juin 2014 15:00, temps du Pacifique                   | 2014-06-05 22:00:00
2014-06-05 22:00 Zulu                                   | 2014-06-05 22:00:00
2014-06-05 22:00 U.T.C.                                 | 2014-06-05 22:00:00
2014-06-05 17:00 e.s.t.                                 | 2014-06-05 22:00:00
2014-06-05 15:00 P.D.T. | Mis à jour                    | 2014-06-05 22:00:00
2014-06-05 22:00, heure GMT                             | 2014-06-05 22:00:00
2014-06-05 22:00 Coordinated Universal Time             | 2014-06-05 22:00:00
2014-06-05 17:00 Central                                | 2014-06-05 22:00:00
6 juin 2014 à 0 h 00 (Paris)                            | 2014-06-05 22:00:00
6 juin 2014 à 0 h 00 à Paris                            | 2014-06-05 22:00:00
5 juin 2014 à 18 h 00 à Montréal                        | 2014-06-05 22:00:00
5 juin 2014 à 18 h 00 À Paris et à Londres              | 2014-06-05 22:00:00
5 juin 2014 à 18 h 00 - 4 commentaires                  | 2014-06-05 22:00:00
5 juin 2014 à 18 h 00 (4 commentaires)                  | 2014-06-05 22:00:00
5 juin 2014 à 18 h 00 Par Central Nerveux               | 2014-06-05 22:00:00
5 juin 2014 à 18 h 00 J.P. Tremblay                     | 2014-06-05 22:00:00
5 juin 2014 à 18 h 00 A man walks                       | 2014-06-05 22:00:00
5.6.2014 18.00                                          | 2014-06-05 22:00:00
UTC 2014-06-05 22:00                                    | 2014-06-05 22:00:00
UTC, 5 juin 2014 22:00                                  | 2014-06-05 22:00:00
(UTC) 5 juin 2014 à 22 h 00                             | 2014-06-05 22:00:00
[UTC] 2014-06-05 22:00                                  | 2014-06-05 22:00:00
utc: 2014-06-05 22:00                                   | 2014-06-05 22:00:00
5 juin 2014 (UTC) 22:00                                 | 2014-06-05 22:00:00
5 juin 2014, UTC, 22:00                                 | 2014-06-05 22:00:00
Date (UTC): 2014-06-05 22:00                            | 2014-06-05 22:00:00
Time zone: UTC. 2014-06-05 22:00                        | 2014-06-05 22:00:00
EST, le 3 mars 2014, 9 h                                | 2014-03-03 14:00:00
EST lundi 3 mars 2014 9 h                               | 2014-03-03 14:00:00
Posted EST 3 mars 2014 9 h                              | 2014-03-03 14:00:00
HE, 5 juin 2014 18h00                                   | 2014-06-05 22:00:00
PT 5 juin 2014 15h00                                    | 2014-06-05 22:00:00
HAE/HNE 5 juin 2014 18h00                               | 2014-06-05 22:00:00
5 juin 2014 18h00 HNE/HAE                               | 2014-06-05 22:00:00
5 juin 2014 18h00 EST ou EDT                            | 2014-06-05 22:00:00
14 janvier 2015 9 h 42 HAE/HNE                          | 2015-01-14 14:42:00
2014-06-05 22:00 UTC/GMT                                | 2014-06-05 22:00:00
2014-06-06 00:00 UTC/GMT +2 hours                       | 2014-06-05 22:00:00
2014-06-05 18:00:00 EST5EDT                             | 2014-06-05 22:00:00
GMT+2 6 juin 2014 00:00                                 | 2014-06-05 22:00:00
+00 : 5 juin 2014 22:00                                  | 2014-06-05 22:00:00
17 h 00 min 00 s GMT-0500 (heure normale de l’Est), le jeudi 5 juin 2014 | 2014-06-05 22:00:00
+0200 6 juin 2014 00:00                                 | 2014-06-05 22:00:00
2014-06-06 (GMT+2) 00:00                                | 2014-06-05 22:00:00
2014-06-06 +02:00 00:00                                 | 2014-06-05 22:00:00
2014-06-05 Z 22:00                                      | 2014-06-05 22:00:00
5 juin 2014 à 18 h 00 –04:00                            | 2014-06-05 22:00:00
Europe/Paris 2014-06-06 00:00                           | 2014-06-05 22:00:00
heure de Paris, 6 juin 2014 00:00                       | 2014-06-05 22:00:00
Publié (heure de Paris) : 6 juin 2014 00:00             | 2014-06-05 22:00:00
6 juin 2014, heure de Paris, 0 h 00                     | 2014-06-05 22:00:00
6 juin 2014 à 0 h 00, heure locale de Paris             | 2014-06-05 22:00:00
6 juin 2014 à 0 h 00 Paris time                         | 2014-06-05 22:00:00
6 juin 2014 à 0 h 00 in Paris                           | 2014-06-05 22:00:00
Heure de Montréal : 5 juin 2014, 18 h 00                | 2014-06-05 22:00:00
5 juin 2014 à 18 h 00 heure du Québec                   | 2014-06-05 22:00:00
5 juin 2014 à 22 h 00 (temps universel)                 | 2014-06-05 22:00:00
5 juin 2014 à 22 h 00 en temps universel                | 2014-06-05 22:00:00
5 juin 2014 à 22 h 00 T.U.                              | 2014-06-05 22:00:00
5 juin 2014 à 22h00/UTC                                 | 2014-06-05 22:00:00
5 juin 2014 à 22h00 - UTC                               | 2014-06-05 22:00:00
5 juin 2014 à 22h00 | UTC                               | 2014-06-05 22:00:00
5 juin 2014 à 22h00. UTC                                | 2014-06-05 22:00:00
5 juin 2014 22:00 AFP | UTC                             | 2014-06-05 22:00:00
5 juin 2014 22:00 h UTC                                 | 2014-06-05 22:00:00
5 juin 2014 22h00m UTC                                  | 2014-06-05 22:00:00
June 5, 2014, noon PT                                   | 2014-06-05 19:00:00
5 juin 2014 à midi                                      | 2014-06-05 16:00:00
premier juin 2014 à 18 h                                | 2014-06-01 22:00:00
June first, 2014, 6 p.m.                                | 2014-06-01 22:00:00
2014-156T22:00:00Z                                      | 2014-06-05 22:00:00
2014156T220000Z                                         | 2014-06-05 22:00:00
2014-156T18:00                                          | 2014-06-05 22:00:00
20140605180000                                          | 2014-06-05 22:00:00
201406051800                                            | 2014-06-05 22:00:00
20140605220000Z                                         | 2014-06-05 22:00:00
05/Jun/2014:22:00:00 +0000                              | 2014-06-05 22:00:00
LE PROCÈS EST LE 5 JUIN 2014 À 18:00                    | 2014-06-05 22:00:00
PUBLIÉ ET MIS À JOUR LE 5 JUIN 2014 À 18:00             | 2014-06-05 22:00:00
JEAN ROY ET MARIE CÔTÉ | 5 juin 2014 18:00              | 2014-06-05 22:00:00
Par JEAN ROY 5 juin 2014 18:00                          | 2014-06-05 22:00:00
Par Luc Est, 5 juin 2014 18:00                          | 2014-06-05 22:00:00
PC | 5 juin 2014 18:00                                  | 2014-06-05 22:00:00
PARIS (AFP) - 5 juin 2014 18:00                         | 2014-06-05 22:00:00
Date et heure de publication : 5 juin 2014 à 18 h 00    | 2014-06-05 22:00:00
Reading Time: 3 min | 5 juin 2014 18:00                 | 2014-06-05 22:00:00
Le HuffPost | 5 juin 2014 18:00 | ABC                   | 2014-06-05 22:00:00
5 juin 2014 18:00 - JEAN ROY                            | 2014-06-05 22:00:00
5 juin 2014 18:00 - 19:30                               | 2014-06-05 22:00:00
5 juin 2014 18 h -20 h                                  | 2014-06-05 22:00:00
5 juin 2014 22:00_UTC                                   | 2014-06-05 22:00:00
2014-06-05_22:00:00_UTC                                 | 2014-06-05 22:00:00
2014-06-05-18:00:00 EDT                                 | 2014-06-05 22:00:00
5 juin 2014 18 h 00 (UTC - 4 h)                         | 2014-06-05 22:00:00
5 juin 2014 18 h 00 UTC−4 h                             | 2014-06-05 22:00:00
18 h 00 UTC-4h, le 5 juin 2014                          | 2014-06-05 22:00:00
6 juin 2014, 0 h GMT + 2 heures                         | 2014-06-05 22:00:00
6 juin 2014 0 h heure de Paris - La Presse Canadienne   | 2014-06-05 22:00:00
6 juin 2014 à 0 h, heure de Paris, par Marie Roy        | 2014-06-05 22:00:00
5 juin 2014 22:00 utc par Marie Roy                     | 2014-06-05 22:00:00
19 h heure de Moncton - jeudi 5 juin 2014               | 2014-06-05 22:00:00
(heure de Moncton) 5 juin 2014, 19 h                    | 2014-06-05 22:00:00
June 5, 2014 3 PM Pacific - The Canadian Press          | 2014-06-05 22:00:00
6:00 PM EDT - the 5th of June 2014                      | 2014-06-05 22:00:00
5 juin 2014 16 heures 00 HR                             | 2014-06-05 22:00:00
20140605T220000.5Z                                      | 2014-06-05 22:00:00.5
20140605220000 UTC                                      | 2014-06-05 22:00:00
2014-156 22:00:00Z                                      | 2014-06-05 22:00:00
June 5, 2014, 12:00 noon EDT                            | 2014-06-05 16:00:00
"""

DAYS = """
12 juill. 2018 | 2018-07-12
12 juil. 2018 | 2018-07-12
12 juill 2018 | 2018-07-12
12 JUILLET 2018 | 2018-07-12
12 janv. 2018 | 2018-01-12
12 jan. 2018 | 2018-01-12
12 févr. 2018 | 2018-02-12
12 fév. 2018 | 2018-02-12
12 fev. 2018 | 2018-02-12
12 FÉV. 2018 | 2018-02-12
12 fe\u0301vrier 2018 | 2018-02-12
12 f\ufffdvrier 2018 | 2018-02-12
12 mars 2018 | 2018-03-12
12 avr. 2018 | 2018-04-12
12 avril 2018 | 2018-04-12
12 mai 2018 | 2018-05-12
12 juin 2018 | 2018-06-12
12 août 2018 | 2018-08-12
12 aou\u0302t 2018 | 2018-08-12
12 aout 2018 | 2018-08-12
12 sept. 2018 | 2018-09-12
12 oct. 2018 | 2018-10-12
12 nov. 2018 | 2018-11-12
12 déc. 2018 | 2018-12-12
12 dec. 2018 | 2018-12-12
1er mai 2018 | 2018-05-01
1 er mai 2018 | 2018-05-01
mar. 5 juin 2018 | 2018-06-05
le 5 mars 2018 | 2018-03-05
June 5th, 2018 | 2018-06-05
5 June 2018 | 2018-06-05
Sept. 5, 2018 | 2018-09-05
05.11.2012 | 2012-11-05
5-11-2012 | 2012-11-05
05/11/2012 | 2012-11-05
28/13/2012 | None
05/28/2012 | 2012-05-28
31 juin 2018 | None
2018-02-30 | None
2012.11.05 | 2012-11-05
2012/11/05 | 2012-11-05
version 3.10.12 | None
514-555-01-02 | None
12 personnes 2018 | None
Publication:08/02/2013 | 2013-02-08
20140605 | 2014-06-05
2014-W23-4 | 2014-06-05
2014W234 | 2014-06-05
1ᵉʳ juin 2014 | 2014-06-01
20141305 | None
2014-W60-1 | None
20140605 personnes | None
2014-156 | 2014-06-05
2014156 | 2014-06-05
2016-366 | 2016-12-31
2014-366 | None
2014-000 | None
2014-W23 | None
le premier mars 2015 | 2015-03-01
the first of March, 2015 | 2015-03-01
March first, 2015 | 2015-03-01
March 3rd 2015 | 2015-03-03
3rd of March, 2015 | 2015-03-03
1ère mars 2015 | 2015-03-01
05JUN2014 | 2014-06-05
mercredi 03/05/2014 | 2014-03-05
samedi 03/05/2014 | 2014-05-03
dimanche 03/05/2014 | 2014-05-03
Wed, 03/05/2014 | 2014-03-05
"""


def _rows(table: str) -> list[tuple[str, str]]:
    lines = [line for line in table.split("\n") if line.strip()]
    return [(text.rstrip(), right.strip()) for text, _, right in (x.rpartition("|") for x in lines)]


def read(text: str, *, day_first: bool = True, hint: date | None = None):
    return find_date(text, MONTREAL, day_first=day_first, hint=hint)


def test_instants():
    rows = [(t, datetime.fromisoformat(right).replace(tzinfo=UTC)) for t, right in _rows(INSTANTS)]
    assert [(text, right, found) for text, right in rows if (found := read(text)) != right] == []


def test_days():
    rows = _rows(DAYS)
    assert [
        (text, right, found) for text, right in rows if (found := str(read(text))) != right
    ] == []


UNKNOWN = [
    "2014-06-05 22:00:00 XYZ",
    "2014-06-05 22:00 IST",
    "2014-06-05 22:00 (PKT)",
    "2014-06-05T22:00:00+25:00",
    "2014-06-05T22:00:00+05:75",
    "2014-06-05T22:00:00 00:00",
    "2014-06-05 22:00 Europe/Nowhere",
    "5 juin 2014 à 22 h, heure de Pékin",
    "5 juin 2014 à 22 h (heure de Pékin)",
    "Thu, 05 Jun 2014 22:00:00 NPT",
    "22:00 XYZ, jeudi 5 juin 2014",
    "22:00, jeudi 5 juin 2014 (XYZ)",
    "05/06/2014 22:00 QST | Le Huffington Post",
    "2014-06-05 22:00 China Standard Time",
    "5 juin 2014 à 22 h (India Standard Time)",
    "2014-06-05 22:00 Central Europe Standard Time",
    "2014-06-05 22:00 Beijing time",
    "June 5, 2014 10:00 PM Yukon Time",
    "2014-06-05T22:00:00 A",
    "2014-06-05T22:00:00 (UTC-25:00)",
    "2014-06-05 22:00 (heure XYZ)",
    "XYZ 2014-06-05 22:00",
    "(XYZ) 5 juin 2014 22:00",
    "XYZ, le 5 juin 2014 à 22 h",
    "2014-06-05 XYZ 22:00",
    "2014-06-05 (XYZ) 22:00",
    "2014-06-05 22:00, XYZ",
    "2014-06-05 22:00 : XYZ",
    "2014-06-05T22:00XYZ",
    "2014-06-05T22:00Q",
    "heure de Pékin, 5 juin 2014 22:00",
    "Beijing time: 5 juin 2014 22:00",
    "UTC+2 | GMT | 5 juin 2014 22:00",
    "5 juin 2014 22:00 UTC plus 2",
    "5 juin 2014 22:00 (UTC moins 4)",
    "5 juin 2014 22:00 GMT 2",
    "(UTC plus 2) 5 juin 2014 22:00",
    "5 juin 2014 22:00 UTC0200",
    "5 juin 2014 22:00 (-4)",
    "UTC+15, 5 juin 2014 22:00",
    "5 juin 2014 à 18h00 (22h00 GMT)",
    "5 juin 2014 18:00 - 19:30 UTC",
    "5 juin 2014 18:00 EST/PDT",
    "5 juin 2014 13:05 AM",
    "5 juin 2014 25:05",
    "5 juin 2014 12:65",
    "2014-06-05T12.5Z",
    "2014-06-05T12:05.5Z",
    "5 juin 2014 à 12 h 05 HNE - 1 h",
    "5 juin 2014 à 12 h 05 (HNE − 1 h)",
    "12 h 05 HNE - 1 h, le 5 juin 2014",
    "5 juin 2014 10 h UTC - 4 h",
    "5 juin 2014 18:00 EDT-0500",
    "5 juin 2014 à minuit",
    "5 juin 2014 à minuit 30",
    "minuit, le 5 juin 2014",
    "12:00 midnight, June 5, 2014",
    "June 5, 2014, 12:00 midnight",
    "June 5, 2014, midnight ET",
    "5 juin 2014 à midi et demi",
    "5 juin 2014, midi trente",
    "5 juin 2014 à midi 30",
    "5 juin 2014 22 h heure française",
    "5 juin 2014 22:00 heure de Moscou - La Presse Canadienne",
    "22:00 Moscow time - June 5, 2014",
    "2014-06-05 20.42.43 EST",
]


@pytest.mark.parametrize("text", UNKNOWN)
def test_an_unknown_zone_or_clock_gives_the_date_alone_and_says_so(text):
    (found,) = written_in(text, MONTREAL, day_first=True)
    assert found.moment == date(2014, 6, 5)
    assert type(found.moment) is date
    assert found.doubt is Caution.UNKNOWN_ZONE


LATER_DAYS = """
4 mai 2013, 16 h 28 (màj 5 mai, 9 h 10) | 2013-05-05 13:10:00+00:00
Publié le 31 décembre 2013 à 20 h, mis à jour le 1er janvier | 2014-01-01
Posted May 4, 2013 4:28 PM EDT | Updated May 5 9:10 AM EDT | 2013-05-05 13:10:00+00:00
4 mai 2013 | mar. 12 h 05 | None
5 mai, 9 h 10 | None
"""


def test_a_day_without_a_year_is_the_next_one_after_the_date_before_it():
    for text, right in _rows(LATER_DAYS):
        found = [date.moment for date in written_in(text, MONTREAL, day_first=True)]
        later = found[1] if len(found) > 1 else None
        assert str(later) == right, text


OUT_OF_SEASON = """
2015-07-14 09:42:15 EST                                  | 2015-07-14 14:42:15
14/07/2015 09h42 (HNE)                                   | 2015-07-14 14:42:00
2015-01-14 09:42:15 EDT                                  | 2015-01-14 13:42:15
14 janvier 2015 à 9 h 42 HAE                             | 2015-01-14 13:42:00
Tue, 14 Jul 2015 09:42:15 PST                            | 2015-07-14 17:42:15
14 juillet 2015, 9 h 42, heure normale de l'Est          | 2015-07-14 14:42:00
14 janvier 2015, 9 h 42, heure avancée de l'Est          | 2015-01-14 13:42:00
14 janvier 2015, 9 h 42, heure d'été du Pacifique        | 2015-01-14 16:42:00
2015-07-14 09:42 CET                                     | 2015-07-14 08:42:00
2015-01-14 09:42 BST                                     | 2015-01-14 08:42:00
2015-07-14 09:42 HNT                                     | 2015-07-14 13:12:00
2014-03-09 03:00 EST                                     | 2014-03-09 08:00:00
2014-11-02 02:30 EDT                                     | 2014-11-02 06:30:00
"""
IN_SEASON = [
    "2015-07-14 09:42:15 EDT", "2015-01-14 09:42:15 HNE", "2015-07-14 09:42:15 -0500",
    "2015-07-14 09:42:15 UTC", "2015-01-14 09:42:15 GMT-0400 (EST)", "2015-07-14 09:42 ET",
    "2015-07-14 09:42 JST", "2015-01-14 09:42 AEDT", "2015-07-14", "2015-07-14 09:42",
    "2014-11-02 01:30 EDT", "2014-11-02 01:30 EST", "2014-11-02 01:59:59 HAE",
    "2014-11-02 01:00 HNE", "2014-03-09 01:59 EST", "2014-03-09 03:00 EDT",
    "14 juillet 2015, 9 h 42, heure de l'Est", "2015-07-14 09:42 America/Toronto",
]  # fmt: skip


def test_a_zone_of_the_other_season_is_read_as_it_says_and_said():
    for text, right in _rows(OUT_OF_SEASON):
        (found,) = written_in(text, MONTREAL, day_first=True)
        assert found.moment == datetime.fromisoformat(right).replace(tzinfo=UTC), text
        assert found.doubt is Caution.ZONE_OUT_OF_SEASON, text
    for text in IN_SEASON:
        assert [found.doubt for found in written_in(text, MONTREAL, day_first=True)] == [None], text


def test_the_english_pages_write_the_month_first():
    assert read("03/05/2014", day_first=False) == date(2014, 3, 5)
    assert read("25/03/2014", day_first=False) == date(2014, 3, 25)
    assert read("05.03.2014", day_first=False) == date(2014, 3, 5)


def test_the_address_decides_between_two_readings():
    assert read("03/05/2014", hint=date(2014, 3, 5)) == date(2014, 3, 5)
    assert read("03/05/2014", hint=date(2014, 5, 3)) == date(2014, 5, 3)
    assert read("03/05/2014", hint=date(2014, 5, 4)) == date(2014, 5, 3)


MONTHS = {
    "court": "janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc.",
    "nu": "janv fév mars avr mai juin juil août sept oct nov déc",
    "long": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "english": "January February March April May June July August September October November December",
    "short": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}
FORMS = [
    lambda t: f"{t:%Y-%m-%dT%H:%M:%S}",
    lambda t: f"{t:%Y-%m-%d %H:%M:%S}",
    lambda t: f"{t:%Y/%m/%d %H:%M:%S}",
    lambda t: f"{t:%Y%m%dT%H%M%S}",
    lambda t: f"{t:%d/%m/%Y %H:%M:%S}",
    lambda t: f"{t:%d.%m.%Y, %H:%M:%S}",
    lambda t: f"{t:%m/%d/%Y %I:%M:%S %p}",
    lambda t: f"{t:%m-%d-%y %I:%M:%S%p}",
    lambda t: f"{t.month}/ {t.day}/{t:%y %I:%M:%S} {'p.m.' if t.hour > 11 else 'a.m.'}",
    lambda t: f"{_word(t, 'short')} {t:%d %Y %H:%M:%S}",
    lambda t: f"{t:%d} {_word(t, 'short')} {t:%Y %H:%M:%S}",
    lambda t: f"{_word(t, 'english')} {t.day}, {t:%Y, %I:%M:%S %p}",
    lambda t: f"Première publication: {t:%d/%m/%Y %Hh%M:%S}",
    *(
        lambda t, name=name: (
            f"le {t.day} {_word(t, name)} {t.year} à {t.hour} h {t:%M} min {t:%S} s"
        )
        for name in ("court", "nu", "long")
    ),
    lambda t: f"{t:%H:%M:%S}, le {t.day} {_word(t, 'long')} {t.year}",
]
ZONES = {
    "Z": timedelta(0), " UTC": timedelta(0), " GMT": timedelta(0), "+00": timedelta(0),
    " +0000": timedelta(0), "-04:00": timedelta(hours=-4), " -0500": timedelta(hours=-5),
    " GMT-0400 (EDT)": timedelta(hours=-4), " EST": timedelta(hours=-5),
    " HAE": timedelta(hours=-4), " (HNE)": timedelta(hours=-5), " CST": timedelta(hours=-6),
    " PDT": timedelta(hours=-7), "+05:30": timedelta(hours=5, minutes=30),
    " HNT": timedelta(hours=-3, minutes=-30), " CEST": timedelta(hours=2),
    **{
        f" {left}{name}{sign}04{colon}{right}": timedelta(hours=-4)
        for left, right in ("()", "[]")
        for name in ("UTC", "GMT", "UTC ", "HAE")
        for sign in "-−"
        for colon in ("", "00", ":00")
    },
}  # fmt: skip


_LAST = 22 * 365 * 86_400
DAY = timedelta(days=1)
INSTANT = st.integers(0, _LAST).map(
    lambda n: datetime(2005, 1, 1, tzinfo=UTC) + timedelta(seconds=n)
)


def _word(moment: datetime, name: str) -> str:
    return MONTHS[name].split()[moment.month - 1]


@given(
    instant=INSTANT,
    form=st.sampled_from(FORMS),
    zone=st.sampled_from(sorted(ZONES)),
    decomposed=st.booleans(),
)
def test_what_is_printed_is_read_back(instant, form, zone, decomposed):
    moment = instant.astimezone(timezone(ZONES[zone]))
    text, behind, day = form(moment).partition(f"{moment:%H:%M:%S}, ")
    clock = (text + behind).removesuffix(", ")
    apart = " " if zone == "Z" and not clock[-1].isdigit() else ""
    text = clock + apart + zone + (f", {day}" if behind else "")
    assert read(normalize("NFD", text) if decomposed else text) == instant


@given(
    instant=INSTANT,
    form=st.sampled_from(FORMS),
    zone=st.sampled_from(sorted(z for z in ZONES if z[0] == " ")),
    around=st.sampled_from(("{} ", "{}, ", "{}: ", "Publié {} ", "Publié ({}) : ", "AFP | {} | ")),
    behind=st.booleans(),
)
def test_a_zone_apart_is_that_of_each_clock_without_one(instant, form, zone, around, behind):
    """Before the dates or behind them: no clock is taken for a local one in silence."""
    first, second = (
        form(moment.astimezone(timezone(ZONES[zone]))) for moment in (instant, instant + DAY)
    )
    name = zone.strip()
    text = f"{first} | Mis à jour: {second}"
    text = f"{text} | Zone: {name}" if behind else around.format(name) + text
    found = [date.moment for date in written_in(text, MONTREAL, day_first=True)]
    assert found == [instant, instant + DAY]


@given(
    instant=INSTANT,
    form=st.sampled_from(FORMS),
)
def test_a_local_clock_is_read_back_but_for_the_hour_that_comes_twice(instant, form):
    local = instant.astimezone(MONTREAL)
    assert read(form(local)) == (instant - timedelta(hours=1) if local.fold else instant)


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text):
    list(written_in(f"5 juin 2014 16:28 {text}", MONTREAL, day_first=True))
    list(written_in(f"{text} 05/06/2014 {text}", MONTREAL, day_first=True))


@pytest.mark.parametrize(
    "text",
    [
        "First Posted: 03-02-11 04:10 PM | Updated: 03-03-11 09:15 AM",
        "Première publication: 08/02/2013 16h28 Mis à jour: 09/02/2013 10h05",
        "3/ 2/11 04:10 PM ET",
        "8 fév. 2013",
        "05.11.2012",
        "Publié le 1er mai 2013 à 14 h",
        "Dernière mise à jour : jeudi 5 juin 2014, 18 h 05 (heure de l'Est)",
        "Le Huffington Post Québec | 8 févr. 2013",
        "AFP, 8 février 2013",
        "Montréal, le 8 février 2013",
        "Publié par Marie Côté le 8 février 2013 à 16h28",
        "Posted: 12/08/2015 2:12 pm EST Updated: 12/08/2015 2:26 pm EST",
        "Thu Jun 05 2014 18:00:00 GMT-0400 (EDT)",
        "Mis en ligne le 2014-06-05",
        "Updated on June 5th, 2014",
        "UTC 2014-06-05 22:00",
        "Publié : heure de Paris, 6 juin 2014 00:00",
        "EST, le 3 mars 2014, 9 h",
        "Date (UTC) : 5 juin 2014 à 22 h 00",
        "Publié le 5 juin 2014 à 22 h 00 | temps universel",
    ],
)
def test_a_line_of_dates(text):
    assert is_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "Le procès s'ouvre le 8 février 2013 à Montréal",
        "Élections du 7 avril 2014",
        "Le 8 février 2013, tout a changé",
        "Depuis le 1er mai 2013, les tarifs montent",
        "Attentats du 11 septembre 2001: ce que l'on sait",
        "Publié en 2013",
        "Mis à jour",
        "Photos prises le 5 juin 2014",
        "16 h 28",
        "",
    ],
)
def test_a_line_that_says_something(text):
    assert not is_date(text)


TEXT = """<p>Au moins douze personnes ont été blessées mardi dans l'incendie d'un entrepôt, ont
indiqué les autorités locales, qui parlent d'un feu accidentel.</p><p>Les pompiers ont mis plus de
six heures à maîtriser les flammes, qui menaçaient un quartier voisin.</p>"""
LAYOUTS = {
    "archive": """<body class="entry standard"><main id="main"><div id="entry-header">
        <h1 class="headline">Un incendie au port</h1>{}</div><article class="entry__content">
        <section id="entry-body"><section class="js-entry-content"><div class="primary-cli cli
        cli-text">{}</div></section></section></article></main>""",
    "dek": """<body class="entry standard"><main id="main"><div id="entry-header">
        <h1 class="headline">Un incendie au port</h1><div class="dek">{}</div></div>
        <article class="entry__content"><section id="entry-body"><section class="js-entry-content">
        <div class="primary-cli cli cli-text">{}</div></section></section></article></main>""",
    "2012": """<body class="bpage_body"><div class="entry"><div class="col entry_right full hnews
        hentry item"><h1 class="title-news entry-title">Un incendie au port</h1>{}
        <div class="entry_body_text entry-content">{}</div></div></div>""",
    "2012 in the text": """<body class="bpage_body"><div class="entry"><div class="col entry_right
        full hnews hentry item"><h1 class="title-news entry-title">Un incendie au port</h1>
        <div class="entry_body_text entry-content"><p>{}</p>{}</div></div></div>""",
    "2017": """<body class="desktop b-page"><div class="main"><article class="entry js-entry">
        <header class="entry__header"><div class="headline"><h1 class="headline__title">Un incendie
        au port</h1></div>{}</header><div class="entry__content js-entry-content"><div
        class="post-contents yr-entry-text"><div class="content-list-component text">{}</div></div>
        </div></article></div>""",
}
LINES = [
    (
        "First Posted: 03-02-11 04:10 PM | Updated: 03-03-11 09:15 AM",
        "2011-03-02T16:10:00-05:00", "2011-03-03T09:15:00-05:00",
    ),
    (
        "Première publication: 08/02/2013 16h28 Mis à jour: 09/02/2013 10h05",
        "2013-02-08T16:28:00-05:00", "2013-02-09T10:05:00-05:00",
    ),
    (
        "Publié le 8 févr. 2013 à 14 h | Mis à jour le 1er mai 2013 à 9 h 05",
        "2013-02-08T14:00:00-05:00", "2013-05-01T09:05:00-04:00",
    ),
    ("Posted: 3/ 2/11 04:10 PM ET", "2011-03-02T16:10:00-05:00", None),
    ("Publication: 05.11.2012", "2012-11-05", None),
    ("Publié et mis à jour le 8 fév. 2013", "2013-02-08", "2013-02-08"),
]  # fmt: skip


def _read_line(layout: str, line: str, edition=HUFFPOST_QC):
    shown = line if layout.startswith(("dek", "2012 in")) else f'<div class="odd">{line}</div>'
    page = f"<html><head><title>x</title></head>{LAYOUTS[layout].format(shown, TEXT)}</body></html>"
    url = f"https://www.huffpost.com/archive/{edition.code}/entry/un-article_n_4001008"
    reading = read_page(page_of(page, url), edition)
    assert reading.text is not None
    return reading.text


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(("line", "published", "modified"), LINES)
def test_a_line_of_dates_on_a_page(layout, line, published, modified):
    text = _read_line(layout, line)
    assert text.headline == "Un incendie au port"
    assert text.dek is None
    assert (text.date_published, text.date_modified) == (published, modified)
    assert len(text.paragraphs) == 2
    assert text.warnings == ()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_clock_of_an_unknown_zone_on_a_page(layout):
    text = _read_line(layout, "Publié le 5 juin 2014 à 23 h 50 XYZ")
    assert text.date_published == "2014-06-05"
    assert text.warnings == ("unknown_zone",)
    text = _read_line(layout, "Publié le 5 juin 2014 à 21 h 50 HNE")
    assert text.date_published == "2014-06-05T22:50:00-04:00"
    assert text.warnings == ("zone_out_of_season",)


def test_the_editions_order_of_day_and_month():
    assert _read_line("2012", "Posted: 03/05/2014").date_published == "2014-05-03"
    assert _read_line("2012", "Posted: 03/05/2014", HUFFPOST_CA).date_published == "2014-03-05"


def test_a_byline_with_a_date_gives_both():
    text = _read_line("archive", "Par Marie Côté | 8 février 2013 16h28")
    assert text.authors == ("Marie Côté",)
    assert text.date_published == "2013-02-08T16:28:00-05:00"
    assert text.dek is None


def test_a_zone_beside_a_date_is_nobody():
    text = _read_line("archive", "Par Marie Côté | 8 février 2013 21h28 | UTC")
    assert text.authors == ("Marie Côté",)
    assert text.date_published == "2013-02-08T16:28:00-05:00"


def test_an_opening_line_with_a_place_and_a_date_stays_in_a_letter():
    text = _read_line("2012 in the text", "Montréal, le 8 février 2013")
    assert text.paragraphs[0] == "Montréal, le 8 février 2013"
