# A fortnight with the spring night: 02:30 on 29 March does not exist in Berlin.
2026-03-20 12:00 agree digest digest #eng 0 10 * * MON; handover handover #oncall 30 2 * * SUN
    Fri 20 Mar 12:00 CET armed digest, next Mon 23 Mar 10:00 CET
    Fri 20 Mar 12:00 CET armed handover, next Sun 22 Mar 02:30 CET
2026-04-03 12:00
    Sun 22 Mar 02:30 CET ran handover, next Sun 29 Mar 03:00 CEST
    Sun 22 Mar 02:30 CET   → #oncall: handover
    Mon 23 Mar 10:00 CET ran digest, next Mon 30 Mar 10:00 CEST
    Mon 23 Mar 10:00 CET   → #eng: digest
    Sun 29 Mar 03:00 CEST ran handover, next Sun 5 Apr 02:30 CEST
    Sun 29 Mar 03:00 CEST   → #oncall: handover
    Mon 30 Mar 10:00 CEST ran digest, next Mon 6 Apr 10:00 CEST
    Mon 30 Mar 10:00 CEST   → #eng: digest

# A start with the same words changes nothing.
2026-04-03 12:01 agree digest digest #eng 0 10 * * MON; handover handover #oncall 30 2 * * SUN

# Nobody is running for three weeks: each is run once, late, and then goes on.
2026-04-26 15:17 start
    Sun 26 Apr 15:17 CEST ran handover, next Sun 3 May 02:30 CEST
    Sun 26 Apr 15:17 CEST   → #oncall: handover
    Sun 26 Apr 15:17 CEST ran digest, next Mon 27 Apr 10:00 CEST
    Sun 26 Apr 15:17 CEST   → #eng: digest
2026-04-27 12:00
    Mon 27 Apr 10:00 CEST ran digest, next Mon 4 May 10:00 CEST
    Mon 27 Apr 10:00 CEST   → #eng: digest

# The digest comes on Tuesdays now: the Monday's timer is gone. The handover is gone altogether.
2026-04-27 12:05 agree digest digest #eng 0 10 * * TUE
    Mon 27 Apr 12:05 CEST armed digest, next Tue 28 Apr 10:00 CEST
    Mon 27 Apr 12:05 CEST disarmed handover
2026-05-05 12:00
    Tue 28 Apr 10:00 CEST ran digest, next Tue 5 May 10:00 CEST
    Tue 28 Apr 10:00 CEST   → #eng: digest
    Tue 5 May 10:00 CEST ran digest, next Tue 12 May 10:00 CEST
    Tue 5 May 10:00 CEST   → #eng: digest

# Changed while it was due and nobody was running: what was due then is not made up for; the next one covers both.
2026-05-12 11:00 start digest digest #eng 0 10 * * WED
    Tue 12 May 11:00 CEST armed digest, next Wed 13 May 10:00 CEST
2026-05-13 12:00
    Wed 13 May 10:00 CEST ran digest, next Wed 20 May 10:00 CEST
    Wed 13 May 10:00 CEST   → #eng: digest

# Nothing recurs any more.
2026-05-13 12:01 agree
    Wed 13 May 12:01 CEST disarmed digest
2026-10-24 12:00

# The autumn night: 02:30 on 25 October comes twice, and the handover once.
2026-10-24 12:01 agree handover handover #oncall 30 2 * * *; hourly noise #eng 0 */12 * * *
    Sat 24 Oct 12:01 CEST armed handover, next Sun 25 Oct 02:30 CEST
    Sat 24 Oct 12:01 CEST armed hourly, next Sun 25 Oct 00:00 CEST
2026-10-26 12:00
    Sun 25 Oct 00:00 CEST ran hourly, next Sun 25 Oct 12:00 CET
    Sun 25 Oct 00:00 CEST   → #eng: noise
    Sun 25 Oct 02:30 CEST ran handover, next Mon 26 Oct 02:30 CET
    Sun 25 Oct 02:30 CEST   → #oncall: handover
    Sun 25 Oct 12:00 CET ran hourly, next Mon 26 Oct 00:00 CET
    Sun 25 Oct 12:00 CET   → #eng: noise
    Mon 26 Oct 00:00 CET ran hourly, next Mon 26 Oct 12:00 CET
    Mon 26 Oct 00:00 CET   → #eng: noise
    Mon 26 Oct 02:30 CET ran handover, next Tue 27 Oct 02:30 CET
    Mon 26 Oct 02:30 CET   → #oncall: handover
    Mon 26 Oct 12:00 CET ran hourly, next Tue 27 Oct 00:00 CET
    Mon 26 Oct 12:00 CET   → #eng: noise
