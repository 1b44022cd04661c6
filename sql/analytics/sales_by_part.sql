-- How much came with the history, and how much in real time?
-- needs: amount
-- proof: group by part: records = count, orders = count(distinct order_id), units = sum(quantity), revenue = sum(amount)
SELECT part, COUNT(*) AS records, COUNT(DISTINCT order_id) AS orders, SUM(quantity) AS units, SUM(amount) AS revenue
FROM sales
GROUP BY part
ORDER BY part
