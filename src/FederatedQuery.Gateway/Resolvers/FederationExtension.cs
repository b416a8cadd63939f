using System.Globalization;
using System.Text.Json;
using FederatedQuery.Federation;
using FederatedQuery.Federation.Queries;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>
/// <c>extensions.federation</c>: for each field of the request that read tables, by its path, what each tier did:
/// <c>{"queries":[{"path":[...],"dataSource","milliseconds","rows","coldBytesCharged","hot":{...}|null,"cold":{...}|null}]}</c>.
/// </summary>
internal sealed class FederationExtension : IJsonResult
{
    public const string Key = "federation";

    private readonly List<FederationEntry> _queries = [];

    public void Add(FederationEntry entry)
    {
        lock (_queries)
        {
            _queries.Add(entry);
        }
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("queries");
        lock (_queries)
        {
            foreach (var query in _queries)
            {
                Write(writer, query);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, FederationEntry query)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("path");
        foreach (var step in query.Path)
        {
            if (step is int index)
            {
                writer.WriteNumberValue(index);
            }
            else
            {
                writer.WriteStringValue((string)step);
            }
        }

        writer.WriteEndArray();
        writer.WriteString("dataSource", query.DataSource.ToString().ToUpperInvariant());
        writer.WriteNumber("milliseconds", query.Elapsed.TotalMilliseconds);
        writer.WriteNumber("rows", query.Rows);
        writer.WriteNumber("coldBytesCharged", query.Report.ColdBytesCharged);
        WriteHot(writer, query.Report.Hot);
        WriteCold(writer, query.Report.Cold);
        writer.WriteEndObject();
    }

    private static void WriteHot(Utf8JsonWriter writer, HotReport? hot)
    {
        if (hot is null)
        {
            writer.WriteNull("hot");
            return;
        }

        writer.WriteStartObject("hot");
        writer.WriteNumber("milliseconds", hot.Milliseconds);
        writer.WriteNumber("rows", hot.Rows);
        writer.WriteNumber("bytes", hot.Bytes);
        writer.WriteEndObject();
    }

    private static void WriteCold(Utf8JsonWriter writer, ColdReport? cold)
    {
        if (cold is null)
        {
            writer.WriteNull("cold");
            return;
        }

        writer.WriteStartObject("cold");
        writer.WriteString("snapshotId", cold.SnapshotId?.ToString(CultureInfo.InvariantCulture));
        writer.WriteNumber("milliseconds", cold.Milliseconds);
        writer.WriteNumber("rows", cold.Rows);
        writer.WriteNumber("filesTotal", cold.FilesTotal);
        writer.WriteNumber("filesRead", cold.FilesRead);
        writer.WriteNumber("bytesRead", cold.BytesRead);
        writer.WriteNumber("bytesFetched", cold.BytesFetched);
        writer.WriteNumber("cacheHits", cold.CacheHits);
        writer.WriteEndObject();
    }
}

/// <summary>What one field of a request had the tiers do. Kept apart from the answer, whose memory may be gone when the extension is written.</summary>
internal sealed record FederationEntry(IReadOnlyList<object> Path, DataSource DataSource, TimeSpan Elapsed, long Rows, QueryReport Report);
