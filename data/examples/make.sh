#!/bin/sh
# Makes the tables of this folder that are made up: sales.csv, orders.csv, new-orders.csv and pumps.csv. Needs awk and iconv.
set -eu
cd -- "$(dirname -- "$0")"
export LC_ALL=C

# Every awk computes these numbers alike.
random='function random() { seed = (seed * 16807 + 11) % 2147483647; return seed / 2147483647 }'

# A French spreadsheet's table. The price follows from sales and discount; four rows are wrong.
awk "$random"'
function money(value) {
    value = int(value * 100 + 0.5)
    whole = int(value / 100)
    text = whole < 1000 ? whole : int(whole / 1000) sprintf(" %03d", whole % 1000)
    return text sprintf(",%02d", value % 100)
}
BEGIN {
    split("Bretagne Île-de-France Normandie Rhône-Alpes", region, " ")
    print "N° client;région;ventes;remise;à payer;depuis;fidèle"
    for (n = 1; n <= 400; n++) {
        place = 1 + int(4 * random())
        sales = 200 * place + 900 * random() * random()
        loyal = random() < 0.4
        discount = int(100 * random() + (loyal ? 50 : 0)) / 10
        pay = sales * (1 - discount / 100)
        if (n % 97 == 50) pay = sales * (1 + discount / 100)
        shown = sprintf("%.1f", discount)
        sub(/\./, ",", shown)
        printf "C-%04d;%s;%s €;%s %%;%s €;%02d/%02d/%d;%s\n", n, region[place], money(sales), \
            n % 40 == 7 ? "n/a" : shown, money(pay), 1 + int(28 * random()), 1 + int(12 * random()), \
            2015 + int(10 * random()), loyal ? "oui" : "non"
    }
}' | sed 's/n\/a %/n\/a/' | iconv -f UTF-8 -t WINDOWS-1252 >sales.csv

# Orders of a shop: five categories, a number of the order, dates, text, gaps. Six of the new orders are wrong.
orders() { # COUNT SEED WRONG FIRST: WRONG is every how many rows three are
    awk -v count="$1" -v seed="$2" -v wrong="$3" -v first="$4" "$random"'
BEGIN {
    split("DE FR US GB JP", country, " ")
    split("EUR EUR USD GBP JPY", currency, " ")
    split("kettle,toaster,novel,atlas,jacket,scarf", product, ",")
    split("kitchen,kitchen,books,books,clothes,clothes", department, ",")
    split("40 30 12 25 90 20", price, " ")
    split("1.2 1.8 0.3 1.1 0.9 0.2", weight, " ")
    split("web,shop,phone", channel, ",")
    print "order,date,country,currency,product,department,channel,quantity,price,weight,express,remark"
    for (n = 1; n <= count; n++) {
        c = 1 + int(5 * random() * (0.3 + 0.7 * random()))
        p = 1 + int(6 * random())
        q = 1 + int(4 * random() * random())
        pays = currency[c]
        group = department[p]
        kilos = q * weight[p] * (0.97 + 0.06 * random())
        if (n % wrong == 20) pays = "USD" == pays ? "EUR" : "USD"
        if (n % wrong == 50) group = "books" == group ? "kitchen" : "books"
        if (n % wrong == 80) kilos = 10 * kilos
        asked = channel[1 + int(3 * random() * random())]
        printf "%d,2026-%02d-%02d,%s,%s,%s,%s,%s,%d,%.2f,%s,%s,%s\n", first + 7 * n, 1 + int(n / 101), \
            1 + int(n / 4) % 28, country[c], pays, product[p], group, n % 31 == 5 ? "" : asked, q, \
            q * price[p] * (0.9 + 0.2 * random()), n % 17 == 3 ? "" : sprintf("%.2f", kilos), \
            random() < 0.2 ? "yes" : "no", "call " 1000000 + int(1000000 * random())
    }
}'
}
orders 1200 1 9999 70000 >orders.csv
orders 200 2 100 80000 >new-orders.csv

# Two pumps, measured every hour; docs/guide/time-series.md says what happens to them.
awk 'BEGIN {
    print "time,pump,flow,pressure"
    for (hour = 0; hour < 1008; hour++)
        for (pump = 1; pump <= 2; pump++) {
            noise = (noise * 16807 + 11) % 2147483647
            other = (noise * 16807 + 11) % 2147483647
            swing = sin(hour * 3.14159265 / 12)
            flow = 10 + 2 * pump + 3 * swing + noise / 2147483647 / 3
            pressure = 50 - 5 * swing + other / 2147483647 / 2
            if (pump == 1 && hour >= 900 && hour < 906) flow = 13
            if (pump == 2 && hour == 850) pressure += 4
            month = 3 + int(hour / 744)
            day = 1 + int(hour / 24) % 31
            if (pump == 1 || hour < 300 || hour >= 310)
                printf "2026-%02d-%02d %02d:00,P%d,%.2f,%.2f\n", month, day, hour % 24, pump, flow, pressure
        }
}' >pumps.csv
