-- How much of each month's sales comes from new customers, and how much from those who bought in an earlier month?
-- needs: customer_id, sold_at, amount
-- proof: where customer_id is not null and sold_at is not null: new_customers = count(distinct customer_id)
-- proof: where customer_id is not null and sold_at is not null group by month = month(sold_at): revenue = sum(amount)
SELECT month,
       COUNT(DISTINCT CASE WHEN month = first_month THEN customer_id END) AS new_customers,
       COUNT(DISTINCT CASE WHEN month > first_month THEN customer_id END) AS returning_customers,
       COALESCE(SUM(CASE WHEN month = first_month THEN amount END), 0) AS new_revenue,
       COALESCE(SUM(CASE WHEN month > first_month THEN amount END), 0) AS returning_revenue,
       SUM(amount) AS revenue
FROM (SELECT customer_id, amount, CAST(DATE_TRUNC('month', sold_at) AS DATE) AS month,
             CAST(DATE_TRUNC('month', MIN(sold_at) OVER (PARTITION BY customer_id)) AS DATE) AS first_month
      FROM sales WHERE customer_id IS NOT NULL AND sold_at IS NOT NULL) AS bought
GROUP BY month
ORDER BY month
