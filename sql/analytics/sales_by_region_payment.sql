-- How much is sold in each region, by each payment method?
-- needs: region, payment_method, amount
-- proof: group by region, payment_method: orders = count(distinct order_id), units = sum(quantity), revenue = sum(amount)
SELECT region, payment_method, COUNT(DISTINCT order_id) AS orders, SUM(quantity) AS units, SUM(amount) AS revenue
FROM sales
GROUP BY region, payment_method
ORDER BY region, payment_method
