// Ships lines with OpenTelemetry's own exporters. Input: { url, encoding: "json" | "protobuf", compression, service, lines: [{ body, time (ms), severity, attributes }] }.
// Output: how many records were exported, and what failed.
import { readFileSync } from 'node:fs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto';

const { url, encoding, compression, service, lines } = JSON.parse(readFileSync(0, 'utf8'));
const Exporter = encoding === 'json' ? JsonExporter : ProtobufExporter;
const exporter = new Exporter({ url, compression });

const failures = [];
let exported = 0;
const counting = {
  export(records, done) {
    exporter.export(records, (result) => {
      if (result.code === 0) exported += records.length;
      else failures.push(String(result.error));
      done(result);
    });
  },
  shutdown: () => exporter.shutdown(),
  forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
};

const provider = new LoggerProvider({
  resource: resourceFromAttributes({ 'service.name': service, 'service.version': '1.2.3' }),
  processors: [new BatchLogRecordProcessor({ exporter: counting, maxQueueSize: 1_000_000, maxExportBatchSize: 512 })],
});
const logger = provider.getLogger('otlp-export', '1.0');
for (const { body, time, severity, attributes } of lines) {
  logger.emit({ body, timestamp: time, severityNumber: severity, attributes });
}
await provider.forceFlush();
await provider.shutdown();
console.log(JSON.stringify({ exported, failures }));
