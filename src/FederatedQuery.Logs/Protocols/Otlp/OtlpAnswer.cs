using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Logs.Protocols.Protobuf;

namespace FederatedQuery.Logs.Protocols.Otlp;

/// <summary>Answers of OTLP/HTTP, in the encoding of the request.</summary>
public static class OtlpAnswer
{
    private const int PartialSuccess = 1;
    private const int RejectedRecords = 1;
    private const int ErrorMessage = 2;
    private const int StatusCode = 1;
    private const int StatusMessage = 2;

    /// <summary>Reasons that are told; all would be longer than the request.</summary>
    private const int MostReasons = 10;

    /// <summary><c>ExportLogsServiceResponse</c>: which records were rejected, if any.</summary>
    public static byte[] OfBatch(LogBatchBuilder batch, bool isJson)
    {
        if (batch.RejectedCount == 0)
        {
            return isJson ? "{}"u8.ToArray() : [];
        }

        var reasons = string.Join(' ', batch.Rejected.Take(MostReasons).Select(record => $"[{record.Index}] {record.Reason}"))
            + (batch.RejectedCount > MostReasons ? $" ... and {batch.RejectedCount - MostReasons} more." : "");
        if (isJson)
        {
            return Json(writer =>
            {
                writer.WriteStartObject("partialSuccess");
                writer.WriteString("rejectedLogRecords", batch.RejectedCount.ToString(System.Globalization.CultureInfo.InvariantCulture));
                writer.WriteString("errorMessage", reasons);
                writer.WriteEndObject();
            });
        }

        using var message = new ProtobufWriter();
        var mark = message.Begin(PartialSuccess);
        message.Varint(RejectedRecords, (ulong)batch.RejectedCount);
        message.Bytes(ErrorMessage, Encoding.UTF8.GetBytes(reasons));
        message.End(mark);
        return message.Written.ToArray();
    }

    /// <summary><c>google.rpc.Status</c>, which failures are answered with.</summary>
    /// <param name="code">Of <c>google.rpc.Code</c>.</param>
    public static byte[] OfFailure(int code, string text, bool isJson)
    {
        if (isJson)
        {
            return Json(writer =>
            {
                writer.WriteNumber("code", code);
                writer.WriteString("message", text);
            });
        }

        using var message = new ProtobufWriter();
        message.Varint(StatusCode, (ulong)code);
        message.Bytes(StatusMessage, Encoding.UTF8.GetBytes(text));
        return message.Written.ToArray();
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var output = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }
}
