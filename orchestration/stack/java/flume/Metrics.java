package ecom.flume;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.apache.flume.Context;
import org.apache.flume.instrumentation.MonitorService;
import org.apache.flume.instrumentation.util.JMXPollUtil;

/**
 * An agent's metrics at one address. Flume's own page, {@code flume.monitoring.type=http}, binds
 * all addresses of the machine and cannot be told otherwise; this one takes
 * {@code flume.monitoring.host} as well and answers {@code /metrics} in the same form.
 */
public final class Metrics implements MonitorService {
    private InetSocketAddress address;
    private HttpServer server;

    @Override
    public void configure(Context context) {
        address = new InetSocketAddress(context.getString("host"), context.getInteger("port"));
    }

    @Override
    public void start() {
        try {
            server = HttpServer.create(address, 0);
        } catch (IOException error) {
            throw new UncheckedIOException("the metrics cannot be served at " + address, error);
        }
        server.createContext("/metrics", Metrics::answer);
        server.start();
    }

    @Override
    public void stop() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] json =
                    new Gson().toJson(JMXPollUtil.getAllMBeans()).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json;charset=utf-8");
            boolean asked = exchange.getRequestMethod().equals("GET");
            exchange.sendResponseHeaders(asked ? 200 : 405, asked ? json.length : -1);
            if (asked) {
                exchange.getResponseBody().write(json);
            }
        }
    }
}
