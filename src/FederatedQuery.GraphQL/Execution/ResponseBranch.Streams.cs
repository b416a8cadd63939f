using System.Collections;
using FederatedQuery.GraphQL.Execution.Incremental;
using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution;

/// <content>Lists that must be waited for, and lists whose rest is streamed (incremental delivery, <c>@stream</c>).</content>
internal sealed partial class ResponseBranch
{
    /// <summary>Whether the value being written is a field's, not an item of its list.</summary>
    private bool IsAtField => _path.Count > 0 ? _path[^1].Field is not null : root is { Key: not null };

    /// <summary>
    /// Writes a list as its items come, in a branch that has the list alone. After <paramref name="count"/> items the rest is left to
    /// <paramref name="stream"/>.
    /// </summary>
    public async ValueTask<bool> TryWriteItemsAsync(FieldPlan field, GraphQLType itemType, ItemSource source, bool stream, int count)
    {
        var keepsSource = false;
        try
        {
            Output.WriteByte((byte)'[');
            var index = 0;
            for (; index < count && await source.MoveNextAsync(); index++)
            {
                bool written;
                using (execution.Work.Begin())
                {
                    written = TryWriteItem(field, itemType, source.Current, index);
                }

                if (!written)
                {
                    return false;
                }
            }

            Output.WriteByte((byte)']');
            if (stream && index == count)
            {
                AddStream(field, itemType, source, index);
                keepsSource = true;
            }

            return true;
        }
        finally
        {
            if (!keepsSource)
            {
                await source.DisposeAsync();
            }
        }
    }

    private bool TryWriteStreamed(FieldPlan field, StreamPlan stream, GraphQLType itemType, object value)
    {
        ItemSource? source = null;
        var keepsSource = false;
        var depth = _path.Count;
        try
        {
            var count = stream.GetInitialCount(execution.Variables);
            if (value is string || value is not IEnumerable items)
            {
                return TryWriteStreamedSequence(field, itemType, value, count);
            }

            source = new ItemSource(items, execution.CancellationToken);
            Output.WriteByte((byte)'[');
            var index = 0;
            for (; index < count && source.TryMoveNext(); index++)
            {
                if (!TryWriteItem(field, itemType, source.Current, index))
                {
                    return false;
                }
            }

            Output.WriteByte((byte)']');
            if (index == count)
            {
                AddStream(field, itemType, source, index);
                keepsSource = true;
            }

            return true;
        }
        catch (Exception exception)
        {
            _path.Truncate(depth);
            execution.AddException(field, exception, GetPath(), CurrentBoundary());
            return false;
        }
        finally
        {
            if (!keepsSource)
            {
                source?.Dispose();
            }
        }
    }

    private bool TryWriteStreamedSequence(FieldPlan field, GraphQLType itemType, object value, int count)
    {
        if (AsyncSequences.Find(value) is not { } sequence)
        {
            AddNoListError(field);
            return false;
        }

        if (count > 0)
        {
            AddListHole(field, itemType, sequence, stream: true, count);
            return true;
        }

        Output.WriteRaw("[]"u8);
        AddStream(field, itemType, new ItemSource(sequence, execution.CancellationToken), index: 0);
        return true;
    }

    private void AddStream(FieldPlan field, GraphQLType itemType, ItemSource source, int index) =>
        execution.AddStream(new ItemStream(execution, field, itemType, source, index, GetPath(), CurrentBoundary()));

    private void AddListHole(FieldPlan field, GraphQLType itemType, IAsyncEnumerable<object?> items, bool stream, int count)
    {
        var hole = new ResponseHole(Output.Length);
        Holes.Add(hole);
        execution.ContinueList(hole, field, itemType, new ItemSource(items, execution.CancellationToken), stream, count, GetPath(), CurrentBoundary());
    }
}
