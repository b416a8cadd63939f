using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using FederatedQuery.Logs.Ingest;

namespace FederatedQuery.Logs.Protocols.Elasticsearch;

/// <summary>
/// Requests of Elasticsearch's bulk API (https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk): a line that says what to do, then the
/// document. Logs are appended to: <c>index</c> and <c>create</c> add a record, whatever the document's id; <c>update</c> and <c>delete</c> are refused one by one.
/// </summary>
public sealed class BulkRequest
{
    /// <summary>Each is answered for itself.</summary>
    private const int MostItems = 500_000;

    /// <summary>Index and id are echoed in the answer; Elasticsearch has limits of this order.</summary>
    private const int LongestName = 1_024;

    private static readonly byte[] OwnIndex = Encoding.ASCII.GetBytes($"\"{LogTable.Name}\"");

    private readonly LogBatchBuilder _batch;
    private readonly JsonRecords _records;
    private readonly ArrayBufferWriter<byte> _added = new(64);
    private readonly List<BulkItem> _items = [];
    private readonly byte[] _index;

    private BulkRequest(string? index, LogBatchBuilder batch)
    {
        _batch = batch;
        _records = new JsonRecords(batch, LogNames.Shippers);
        var name = new ArrayBufferWriter<byte>();
        JsonText.Write(name, Encoding.UTF8.GetBytes(index ?? LogTable.Name));
        _index = name.WrittenSpan.ToArray();
    }

    /// <summary>Reads all items.</summary>
    /// <param name="body">NDJSON; the items refer to it.</param>
    /// <param name="index">Of the path, for items that name none.</param>
    /// <returns>What became of each, in order.</returns>
    /// <exception cref="LogRequestException">It is broken: nothing of the batch may be kept.</exception>
    public static IReadOnlyList<BulkItem> Read(ReadOnlyMemory<byte> body, string? index, LogBatchBuilder batch)
    {
        var request = new BulkRequest(index, batch);
        request.ReadItems(body.Span);
        return request._items;
    }

    private void ReadItems(ReadOnlySpan<byte> body)
    {
        var rest = JsonLogs.WithoutMark(body);
        for (var number = 1; !rest.IsEmpty; number++)
        {
            var line = JsonLogs.NextLine(ref rest);
            if (line.IsEmpty)
            {
                continue;
            }

            var item = ReadAction(line, number);
            if (item.Action != BulkAction.Delete)
            {
                if (rest.IsEmpty)
                {
                    throw LogRequestException.Malformed($"The body ends with the action of line {number}; its document should follow.");
                }

                number++;
                var document = JsonLogs.NextLine(ref rest);
                if (item.Action != BulkAction.Update)
                {
                    item = item with { Reason = JsonLogs.ReadLine(document, _records, _batch, Added(item)) };
                }
            }

            _items.Add(item);
            if (_items.Count > MostItems)
            {
                throw new LogRequestException(LogRequestErrorKind.TooLarge, $"The request has more than {MostItems} actions. Nothing was taken; send fewer in one request.");
            }
        }

        if (_items.Count == 0)
        {
            throw LogRequestException.Malformed("The body is empty; lines such as {\"create\":{}}, each with a document in the next line, are expected.");
        }
    }

    /// <summary>Where a shipper puts its records, and what it calls them, is metadata of them.</summary>
    private ReadOnlySpan<byte> Added(in BulkItem item)
    {
        _added.ResetWrittenCount();
        if (!item.Index.AsSpan().SequenceEqual(OwnIndex))
        {
            _added.Write("\"_index\":"u8);
            _added.Write(item.Index);
        }

        if (item.Id is not null)
        {
            _added.Write(_added.WrittenCount > 0 ? ",\"_id\":"u8 : "\"_id\":"u8);
            _added.Write(item.Id);
        }

        return _added.WrittenSpan;
    }

    private BulkItem ReadAction(ReadOnlySpan<byte> line, int number)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.Read() && reader.TokenType == JsonTokenType.PropertyName
                && ActionOf(ref reader) is { } action && reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                var item = ReadNames(ref reader, new BulkItem(action, _index, null, null));
                if (reader.Read() && reader.TokenType == JsonTokenType.EndObject && !reader.Read())
                {
                    return item;
                }
            }
        }
        catch (JsonException error)
        {
            throw LogRequestException.Malformed($"Malformed action in line {number}: {JsonLogs.Describe(error, withLine: false)}", error);
        }

        throw LogRequestException.Malformed($"Malformed action in line {number}: {{\"create\":{{...}}}} or {{\"index\":{{...}}}} is expected.");
    }

    private BulkItem ReadNames(ref Utf8JsonReader reader, BulkItem item)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isIndex, isId) = (reader.ValueSpan.SequenceEqual("_index"u8), reader.ValueSpan.SequenceEqual("_id"u8));
            reader.Read();
            if ((isIndex || isId) && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= LongestName && Utf8.IsValid(reader.ValueSpan))
            {
                byte[] text = [(byte)'"', .. reader.ValueSpan, (byte)'"'];
                item = isId ? item with { Id = text } : item with { Index = text.AsSpan().SequenceEqual(_index) ? _index : text };
            }

            reader.Skip();
        }

        return item;
    }

    private static BulkAction? ActionOf(ref Utf8JsonReader reader) =>
        reader.ValueSpan.SequenceEqual("create"u8) ? BulkAction.Create
        : reader.ValueSpan.SequenceEqual("index"u8) ? BulkAction.Index
        : reader.ValueSpan.SequenceEqual("update"u8) ? BulkAction.Update
        : reader.ValueSpan.SequenceEqual("delete"u8) ? BulkAction.Delete
        : null;
}
