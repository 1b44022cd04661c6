-- What are the products called?
-- needs: products.product_id, products.product_name
SELECT product_id, product_name
FROM products
ORDER BY product_id
