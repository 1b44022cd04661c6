-- Which products are bought together? The 100 most frequent pairs, with support and lift (above 1: more than by chance).
-- needs: basket, product_id
SELECT first_product, second_product, baskets,
       CAST(baskets * 100.0 / total AS DECIMAL(9, 4)) AS support_percent,
       CAST(baskets * 1.0 * total / (f.with_product * s.with_product) AS DECIMAL(18, 4)) AS lift
FROM (SELECT a.product_id AS first_product, b.product_id AS second_product, COUNT(*) AS baskets
      FROM (SELECT DISTINCT basket, product_id FROM sales) AS a
      JOIN (SELECT DISTINCT basket, product_id FROM sales) AS b
        ON a.basket = b.basket AND a.product_id < b.product_id
      GROUP BY a.product_id, b.product_id) AS pairs
JOIN (SELECT product_id, COUNT(DISTINCT basket) AS with_product FROM sales GROUP BY product_id) AS f
  ON f.product_id = first_product
JOIN (SELECT product_id, COUNT(DISTINCT basket) AS with_product FROM sales GROUP BY product_id) AS s
  ON s.product_id = second_product
CROSS JOIN (SELECT COUNT(DISTINCT basket) AS total FROM sales) AS everything
ORDER BY baskets DESC, first_product, second_product
LIMIT 100
