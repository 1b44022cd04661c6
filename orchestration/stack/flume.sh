# shellcheck shell=bash
AGENTS=(log-agent kafka-agent)
ports_log_agent() { echo FLUME_LOG_AGENT_PORT; }
ports_kafka_agent() { echo FLUME_KAFKA_AGENT_PORT; }
