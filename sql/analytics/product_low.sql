-- Which products sell badly? Those with less than a quarter of the mean revenue of all products.
-- needs: products.product_id, product_id, sold_at, amount
-- proof: top group by every products.product_id: units = sum(quantity) or 0, revenue = sum(amount) or 0
SELECT product_id, units, revenue, last_sale,
       CAST(revenue * 100.0 / NULLIF(mean, 0) AS DECIMAL(18, 2)) AS percent_of_mean
FROM (SELECT product_id, units, revenue, last_sale, SUM(revenue) OVER () / COUNT(*) OVER () AS mean
      FROM (SELECT p.product_id, COALESCE(SUM(s.quantity), 0) AS units, COALESCE(SUM(s.amount), 0) AS revenue,
                   CAST(MAX(s.sold_at) AS DATE) AS last_sale
            FROM products AS p LEFT JOIN sales AS s ON s.product_id = p.product_id
            GROUP BY p.product_id) AS sold) AS compared
WHERE revenue < mean / 4
ORDER BY revenue, product_id
