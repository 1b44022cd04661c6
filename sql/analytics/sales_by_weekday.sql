-- On which days of the week is most sold? 1 is Monday.
-- needs: sold_at, amount
-- proof: group by weekday = weekday(sold_at): orders = count(distinct order_id), units = sum(quantity), revenue = sum(amount)
SELECT CAST(EXTRACT(DAY FROM sold_at - DATE_TRUNC('week', sold_at)) AS INT) + 1 AS weekday,
       COUNT(DISTINCT order_id) AS orders, SUM(quantity) AS units, SUM(amount) AS revenue
FROM sales
GROUP BY CAST(EXTRACT(DAY FROM sold_at - DATE_TRUNC('week', sold_at)) AS INT) + 1
ORDER BY weekday
