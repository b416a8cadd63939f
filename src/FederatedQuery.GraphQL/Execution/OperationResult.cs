using System.Buffers;
using System.IO.Pipelines;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>The response to one operation (spec section 7.1), written once and then disposed of.</summary>
public sealed class OperationResult : ExecutionResult, IResponsePayload
{
    private readonly ResponseBranch? _data;
    private readonly IReadOnlyDictionary<string, object?>? _extensions;

    internal OperationResult(
        ResponseBranch? data,
        bool hasData,
        IReadOnlyList<GraphQLError> errors,
        IReadOnlyDictionary<string, object?>? extensions)
    {
        _data = data;
        _extensions = extensions;
        HasData = hasData;
        Errors = errors;
    }

    /// <summary>A request error: nothing was executed, and the response has no <c>data</c>.</summary>
    public OperationResult(params IReadOnlyList<GraphQLError> errors)
        : this(null, hasData: false, errors, null)
    {
    }

    /// <summary>Whether the operation was executed; its <c>data</c> may still be null.</summary>
    public bool HasData { get; }

    public IReadOnlyList<GraphQLError> Errors { get; }

    /// <inheritdoc/>
    public async Task WriteToAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        using var buffer = new Utf8JsonBuffer(256);
        buffer.WriteByte((byte)'{');
        if (Errors.Count > 0)
        {
            ErrorWriter.Write(buffer, Errors);
        }

        if (HasData)
        {
            buffer.WriteRaw(Errors.Count > 0 ? ",\"data\":"u8 : "\"data\":"u8);
            output.Write(buffer.WrittenSpan);
            buffer.Truncate(0);
            await WriteDataAsync(output, cancellationToken);
        }

        if (_extensions is { Count: > 0 } extensions)
        {
            buffer.WriteRaw(",\"extensions\":"u8);
            JsonValueWriter.Write(buffer, extensions);
        }

        buffer.WriteByte((byte)'}');
        output.Write(buffer.WrittenSpan);
        await output.FlushAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_data is null)
        {
            return;
        }

        var streams = new List<IJsonStream>();
        ResultStreams.Collect(_data, streams);
        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }

        _data.Dispose();
    }

    private async ValueTask WriteDataAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        if (_data is null)
        {
            output.Write("null"u8);
        }
        else if (_data.Holes.Count == 0)
        {
            output.Write(_data.Output.WrittenSpan);
        }
        else
        {
            await WriteBranchAsync(_data, output, cancellationToken);
        }
    }

    /// <summary>The branch's bytes with its holes filled and its nulled ranges replaced.</summary>
    private static async ValueTask WriteBranchAsync(ResponseBranch branch, PipeWriter output, CancellationToken cancellationToken)
    {
        var nulled = branch.GetNulled();
        var nextNulled = 0;
        var position = 0;
        foreach (var hole in branch.Holes)
        {
            for (; nextNulled < nulled.Count && nulled[nextNulled].Start <= hole.Position; nextNulled++)
            {
                position = WriteNulled(branch, output, position, nulled[nextNulled]);
            }

            if (hole.Position < position)
            {
                continue;
            }

            output.Write(branch.Output.WrittenSpan[position..hole.Position]);
            position = hole.Position;
            if (hole.Content is { } content)
            {
                await WriteBranchAsync(content, output, cancellationToken);
            }
            else if (hole.Stream is { } stream)
            {
                await stream.WriteToAsync(output, cancellationToken);
            }
        }

        for (; nextNulled < nulled.Count; nextNulled++)
        {
            position = WriteNulled(branch, output, position, nulled[nextNulled]);
        }

        output.Write(branch.Output.WrittenSpan[position..]);
    }

    private static int WriteNulled(ResponseBranch branch, PipeWriter output, int position, NullBoundary boundary)
    {
        output.Write(branch.Output.WrittenSpan[position..boundary.Start]);
        output.Write("null"u8);
        return boundary.End;
    }
}
