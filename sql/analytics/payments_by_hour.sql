-- How often is a payment declined, and how often does the gateway fail, by hour of the day? From the application logs.
-- needs: log_events
-- proof: from log_events where service in ('PaymentService', 'TransactionService') group by hour_of_day = hour(logged_at): authorized = count(message like 'Payment authorized %'), declined = count(message like 'Payment declined %'), gateway_failures = count(message like 'Payment gateway failed %')
SELECT CAST(EXTRACT(HOUR FROM logged_at) AS INT) AS hour_of_day,
       COUNT(CASE WHEN message LIKE 'Payment authorized %' THEN 1 END) AS authorized,
       COUNT(CASE WHEN message LIKE 'Payment declined %' THEN 1 END) AS declined,
       COUNT(CASE WHEN message LIKE 'Payment gateway failed %' THEN 1 END) AS gateway_failures,
       CAST(COUNT(CASE WHEN message LIKE 'Payment declined %' THEN 1 END) * 100.0
            / NULLIF(COUNT(CASE WHEN message LIKE 'Payment authorized %' OR message LIKE 'Payment declined %' THEN 1 END), 0)
            AS DECIMAL(9, 2)) AS declined_percent
FROM log_events
WHERE service IN ('PaymentService', 'TransactionService')
GROUP BY CAST(EXTRACT(HOUR FROM logged_at) AS INT)
ORDER BY hour_of_day
