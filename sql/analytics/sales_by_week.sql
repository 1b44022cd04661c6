-- How much is sold each week, which begins on Monday?
-- needs: sold_at, amount
-- proof: group by week = week(sold_at): orders = count(distinct order_id), units = sum(quantity), revenue = sum(amount)
SELECT CAST(DATE_TRUNC('week', sold_at) AS DATE) AS week, COUNT(DISTINCT order_id) AS orders,
       SUM(quantity) AS units, SUM(amount) AS revenue
FROM sales
GROUP BY CAST(DATE_TRUNC('week', sold_at) AS DATE)
ORDER BY week
