-- How many customers reach each kind of event?
-- needs: event_type, customer_id
-- proof: group by event_type: events = count, customers = count(distinct customer_id)
SELECT event_type, COUNT(*) AS events, COUNT(DISTINCT customer_id) AS customers
FROM sales
GROUP BY event_type
ORDER BY customers DESC, event_type
