-- How many customers are in each segment of recency and frequency, and what do they bring?
-- needs: customer_id, sold_at, amount
-- proof: where customer_id is not null: customers = count(distinct customer_id), revenue = sum(amount)
SELECT recency, frequency, COUNT(*) AS customers, SUM(orders) AS orders, SUM(revenue) AS revenue
FROM (SELECT orders, revenue,
             NTILE(5) OVER (ORDER BY last_at, customer_id) AS recency,
             NTILE(5) OVER (ORDER BY orders, customer_id) AS frequency
      FROM (SELECT customer_id, MAX(sold_at) AS last_at, COUNT(DISTINCT order_id) AS orders, SUM(amount) AS revenue
            FROM sales WHERE customer_id IS NOT NULL GROUP BY customer_id) AS bought) AS scored
GROUP BY recency, frequency
ORDER BY recency, frequency
