-- How recently, how often and for how much did each customer buy? Each in fifths; 5 is best.
-- needs: customer_id, sold_at, amount
-- proof: where customer_id is not null group by customer_id: orders = count(distinct order_id), revenue = sum(amount)
SELECT customer_id, last_sale, orders, revenue, recency, frequency, money,
       CASE WHEN recency >= 4 AND frequency >= 4 THEN 'champion'
            WHEN frequency >= 4 THEN 'loyal'
            WHEN recency >= 4 AND frequency <= 2 THEN 'new'
            WHEN recency <= 2 AND frequency >= 3 THEN 'at risk'
            WHEN recency <= 2 THEN 'lost'
            ELSE 'promising' END AS segment
FROM (SELECT customer_id, CAST(last_at AS DATE) AS last_sale, orders, revenue,
             NTILE(5) OVER (ORDER BY last_at, customer_id) AS recency,
             NTILE(5) OVER (ORDER BY orders, customer_id) AS frequency,
             NTILE(5) OVER (ORDER BY revenue, customer_id) AS money
      FROM (SELECT customer_id, MAX(sold_at) AS last_at, COUNT(DISTINCT order_id) AS orders, SUM(amount) AS revenue
            FROM sales WHERE customer_id IS NOT NULL GROUP BY customer_id) AS bought) AS scored
ORDER BY customer_id
