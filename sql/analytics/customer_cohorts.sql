-- Of the customers whose first sale was in a month, how many bought again in each later month?
-- needs: customer_id, sold_at
-- proof: rows where months_later in ('0'): where customer_id is not null and sold_at is not null: customers = count(distinct customer_id)
SELECT cohort, CAST(months_later AS INT) AS months_later, COUNT(DISTINCT customer_id) AS customers
FROM (SELECT customer_id, CAST(DATE_TRUNC('month', first_at) AS DATE) AS cohort,
             (EXTRACT(YEAR FROM sold_at) - EXTRACT(YEAR FROM first_at)) * 12
             + EXTRACT(MONTH FROM sold_at) - EXTRACT(MONTH FROM first_at) AS months_later
      FROM (SELECT customer_id, sold_at, MIN(sold_at) OVER (PARTITION BY customer_id) AS first_at
            FROM sales WHERE customer_id IS NOT NULL AND sold_at IS NOT NULL) AS bought) AS months
GROUP BY cohort, months_later
ORDER BY cohort, months_later
