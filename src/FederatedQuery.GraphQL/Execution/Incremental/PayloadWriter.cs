using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>Entries of payloads as JSON; each method writes its comma first.</summary>
internal static class PayloadWriter
{
    public static void WritePending(Utf8JsonBuffer output, IReadOnlyList<PendingEntry> entries)
    {
        output.WriteRaw(",\"pending\":["u8);
        for (var i = 0; i < entries.Count; i++)
        {
            output.WriteRaw(i > 0 ? ",{\"id\":"u8 : "{\"id\":"u8);
            output.WriteString(entries[i].Id);
            WritePath(output, entries[i].Path, entries[i].Label);
            output.WriteByte((byte)'}');
        }

        output.WriteByte((byte)']');
    }

    public static void WriteCompleted(Utf8JsonBuffer output, IReadOnlyList<CompletedEntry> entries)
    {
        output.WriteRaw(",\"completed\":["u8);
        for (var i = 0; i < entries.Count; i++)
        {
            output.WriteRaw(i > 0 ? ",{\"id\":"u8 : "{\"id\":"u8);
            output.WriteString(entries[i].Id);
            if (entries[i].Errors is { } errors)
            {
                output.WriteByte((byte)',');
                ErrorWriter.Write(output, errors);
            }

            output.WriteByte((byte)'}');
        }

        output.WriteByte((byte)']');
    }

    public static void WritePath(Utf8JsonBuffer output, IReadOnlyList<object> path, string? label)
    {
        output.WriteRaw(",\"path\":"u8);
        JsonValueWriter.Write(output, path);
        if (label is not null)
        {
            output.WriteRaw(",\"label\":"u8);
            output.WriteString(label);
        }
    }
}
