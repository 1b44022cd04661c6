-- How much is sold each day, and what is the mean of the last seven days with sales?
-- needs: sold_at, amount
-- proof: group by sale_date = day(sold_at): orders = count(distinct order_id), units = sum(quantity), revenue = sum(amount)
SELECT sale_date, orders, units, revenue,
       CAST(SUM(revenue) OVER last_seven / COUNT(revenue) OVER last_seven AS DECIMAL(18, 4)) AS revenue_mean_7
FROM (SELECT CAST(sold_at AS DATE) AS sale_date, COUNT(DISTINCT order_id) AS orders, SUM(quantity) AS units,
             SUM(amount) AS revenue
      FROM sales GROUP BY CAST(sold_at AS DATE)) AS days
WINDOW last_seven AS (ORDER BY sale_date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)
ORDER BY sale_date
