#!/usr/bin/env python3
"""Formats log lines from transactions in a plain loop: what log-gen's speed is compared with.

Usage: log_loop.py CSV LINES OUTPUT

Reads the CSV file record by record and writes seven lines for each order, like those of log-gen,
until there are LINES of them. No shares are kept, no checksum is made, nothing is synced to disk.
Prints the number of lines and the seconds.
"""

import csv
import random
import sys
import time
from datetime import datetime, timedelta

REASONS = ["Insufficient funds", "Card expired", "Suspected fraud", "Daily limit exceeded"]


def column(header, *names):
    """The place of the first of these columns that the file has."""
    for name in names:
        if name in header:
            return header.index(name)
    sys.exit(f"log_loop.py: the file has none of the columns {', '.join(names)}")


def story(order, customer, product, quantity, amount, chance):
    """The lines of one order as (level, service, text)."""
    yield "INFO", "TransactionService", f"Processing order #{order}"
    if chance < 0.08:
        reason = random.choice(REASONS)
        yield "ERROR", "PaymentService", f"Payment declined for customer #{customer}: {reason} (order #{order}, ${amount})"
        yield "INFO", "NotificationService", f"Notice of the failed payment sent to customer #{customer} (order #{order})"
        yield "INFO", "TransactionService", f"Order #{order} closed: payment declined"
        return
    if chance < 0.5:
        yield "ERROR", "PaymentService", f"Payment gateway failed for order #{order}: connection timed out"
    yield "WARN", "PaymentService", f"Retrying payment for customer #{customer}, attempt 2 of 3 (order #{order})"
    yield "INFO", "PaymentService", f"Payment authorized for customer #{customer}: ${amount} (order #{order})"
    yield "INFO", "InventoryService", f"Stock updated for product #{product}: -{quantity} units (order #{order})"
    if chance < 0.7:
        yield "WARN", "InventoryService", f"Low stock alert for product #{product}: 3 units remaining"
    yield "INFO", "NotificationService", f"Order confirmation sent to customer #{customer} (order #{order})"
    yield "INFO", "TransactionService", f"Order #{order} completed, total ${amount}"


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: log_loop.py CSV LINES OUTPUT")
    path, wanted, output = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    random.seed(42)
    begin = time.perf_counter()
    written = 0
    with open(path, newline="", encoding="utf-8") as source, open(output, "w", encoding="utf-8") as target:
        rows = csv.reader(source)
        header = next(rows)
        order = column(header, "transaction_id", "order_id")
        customer = column(header, "customer_id")
        product = column(header, "product_id", "product_name")
        quantity = column(header, "quantity", "units_sold")
        amount = column(header, "total_amount", "total_revenue")
        date = column(header, "transaction_date", "order_date")
        for row in rows:
            now = datetime.fromisoformat(row[date])
            lines = story(row[order], row[customer], row[product], row[quantity], row[amount], random.random())
            for level, service, text in lines:
                now += timedelta(microseconds=random.randrange(1, 900_000))
                target.write(f"{now:%Y-%m-%d %H:%M:%S.%f} [{level}] [{service}] {text}\n")
                written += 1
                if written == wanted:
                    break
            if written == wanted:
                break
    print(f"{written} lines in {time.perf_counter() - begin:.3f} s")


if __name__ == "__main__":
    main()
