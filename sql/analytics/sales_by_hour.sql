-- At which hours of the day is most sold?
-- needs: sold_at, amount, time_of_day
-- proof: group by hour_of_day = hour(sold_at): orders = count(distinct order_id), units = sum(quantity), revenue = sum(amount)
SELECT CAST(EXTRACT(HOUR FROM sold_at) AS INT) AS hour_of_day, COUNT(DISTINCT order_id) AS orders,
       SUM(quantity) AS units, SUM(amount) AS revenue
FROM sales
GROUP BY CAST(EXTRACT(HOUR FROM sold_at) AS INT)
ORDER BY hour_of_day
