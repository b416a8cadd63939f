using System.Buffers;
using System.Globalization;
using System.Text;

namespace FederatedQuery.Logs.Protocols.Elasticsearch;

/// <summary>The answer of the bulk API: what became of each item, in order.</summary>
public static class BulkAnswer
{
    private const int Created = 201;
    private const int BadRequest = 400;

    public static void WriteStart(IBufferWriter<byte> output, TimeSpan took, IReadOnlyList<BulkItem> items)
    {
        var hasErrors = items.Any(item => !IsDone(item));
        Write(output, string.Create(CultureInfo.InvariantCulture, $"{{\"took\":{(long)took.TotalMilliseconds},\"errors\":{(hasErrors ? "true" : "false")},\"items\":["));
    }

    public static void WriteItem(IBufferWriter<byte> output, BulkItem item, bool isFirst)
    {
        var (name, result) = item.Action switch
        {
            BulkAction.Create => ("create", "created"),
            BulkAction.Index => ("index", "created"),
            BulkAction.Update => ("update", ""),
            _ => ("delete", ""),
        };
        Write(output, isFirst ? "{\"" : ",{\"");
        Write(output, name);
        Write(output, "\":{\"_index\":");
        output.Write(item.Index);
        if (item.Id is { } id)
        {
            Write(output, ",\"_id\":");
            output.Write(id);
        }

        if (IsDone(item))
        {
            Write(output, string.Create(
                CultureInfo.InvariantCulture,
                $",\"_version\":1,\"result\":\"{result}\",\"_shards\":{{\"total\":1,\"successful\":1,\"failed\":0}},\"_seq_no\":0,\"_primary_term\":1,\"status\":{Created}}}}}"));
            return;
        }

        var (type, reason) = item.Reason is { } wrong
            ? ("document_parsing_exception", wrong)
            : ("illegal_argument_exception", $"Logs are appended to: `{name}` is not possible, `create` and `index` are.");
        Write(output, string.Create(CultureInfo.InvariantCulture, $",\"status\":{BadRequest},\"error\":{{\"type\":\"{type}\",\"reason\":"));
        JsonText.Write(output, Encoding.UTF8.GetBytes(reason));
        Write(output, "}}}");
    }

    public static void WriteEnd(IBufferWriter<byte> output) => Write(output, "]}");

    private static bool IsDone(BulkItem item) => item is { Reason: null, Action: BulkAction.Create or BulkAction.Index };

    private static void Write(IBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);
}
