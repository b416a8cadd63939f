using System.Buffers;
using System.IO.Pipelines;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Execution.Incremental;

/// <summary>A payload after the initial one.</summary>
internal sealed class IncrementalPayload(
    IncrementalFormat format, IReadOnlyList<PendingEntry> pending, IReadOnlyList<IncrementalEntry> incremental, IReadOnlyList<CompletedEntry> completed, bool hasNext)
    : IResponsePayload
{
    public async Task WriteToAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        using var buffer = new Utf8JsonBuffer(256);
        buffer.WriteRaw(hasNext ? "{\"hasNext\":true"u8 : "{\"hasNext\":false"u8);
        if (format == IncrementalFormat.Ids && pending.Count > 0)
        {
            PayloadWriter.WritePending(buffer, pending);
        }

        await WriteIncrementalAsync(buffer, output, cancellationToken);
        if (format == IncrementalFormat.Ids && completed.Count > 0)
        {
            PayloadWriter.WriteCompleted(buffer, completed);
        }

        WriteExtensions(buffer);
        buffer.WriteByte((byte)'}');
        output.Write(buffer.WrittenSpan);
        await output.FlushAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var result in incremental.SelectMany(entry => entry.Results))
        {
            await result.DisposeAsync();
        }
    }

    private async ValueTask WriteIncrementalAsync(Utf8JsonBuffer buffer, PipeWriter output, CancellationToken cancellationToken)
    {
        var failed = format == IncrementalFormat.Paths ? completed.Where(entry => entry.Errors is not null).ToArray() : [];
        if (incremental.Count == 0 && failed.Length == 0)
        {
            return;
        }

        buffer.WriteRaw(",\"incremental\":["u8);
        var isFirst = true;
        foreach (var entry in incremental)
        {
            WriteSeparator(buffer, ref isFirst);
            await WriteEntryAsync(entry, buffer, output, cancellationToken);
        }

        foreach (var entry in failed)
        {
            // What fails is null in the older proposal: the fragment's object, or the item that never came and those after it.
            WriteSeparator(buffer, ref isFirst);
            buffer.WriteRaw(entry.NextIndex is null ? "{\"data\":null"u8 : "{\"items\":null"u8);
            PayloadWriter.WritePath(buffer, entry.NextIndex is { } index ? [.. entry.Path, index] : entry.Path, entry.Label);
            buffer.WriteByte((byte)',');
            ErrorWriter.Write(buffer, entry.Errors!);
            buffer.WriteByte((byte)'}');
        }

        buffer.WriteByte((byte)']');
    }

    private async ValueTask WriteEntryAsync(IncrementalEntry entry, Utf8JsonBuffer buffer, PipeWriter output, CancellationToken cancellationToken)
    {
        buffer.WriteRaw(entry.IsItems ? "{\"items\":["u8 : "{\"data\":"u8);
        var isFirst = true;
        foreach (var result in entry.Results)
        {
            WriteSeparator(buffer, ref isFirst);
            output.Write(buffer.WrittenSpan);
            buffer.Truncate(0);
            await BranchWriter.WriteAsync(result.Data!, output, cancellationToken);
        }

        if (entry.IsItems)
        {
            buffer.WriteByte((byte)']');
        }

        if (format == IncrementalFormat.Paths)
        {
            PayloadWriter.WritePath(buffer, entry.Path, entry.Label);
        }
        else
        {
            buffer.WriteRaw(",\"id\":"u8);
            buffer.WriteString(entry.Id);
            if (entry.PathLength < entry.Path.Count)
            {
                buffer.WriteRaw(",\"subPath\":"u8);
                JsonValueWriter.Write(buffer, entry.Path.Skip(entry.PathLength).ToArray());
            }
        }

        var errors = entry.Results.SelectMany(result => result.Errors).ToArray();
        if (errors.Length > 0)
        {
            buffer.WriteByte((byte)',');
            ErrorWriter.Write(buffer, errors);
        }

        buffer.WriteByte((byte)'}');
    }

    private void WriteExtensions(Utf8JsonBuffer buffer)
    {
        Dictionary<string, object?>? extensions = null;
        foreach (var (key, value) in incremental.SelectMany(entry => entry.Results).SelectMany(result => result.Extensions ?? new Dictionary<string, object?>()))
        {
            (extensions ??= new(StringComparer.Ordinal))[key] = value;
        }

        if (extensions is not null)
        {
            buffer.WriteRaw(",\"extensions\":"u8);
            JsonValueWriter.Write(buffer, extensions);
        }
    }

    private static void WriteSeparator(Utf8JsonBuffer buffer, ref bool isFirst)
    {
        if (!isFirst)
        {
            buffer.WriteByte((byte)',');
        }

        isFirst = false;
    }
}
