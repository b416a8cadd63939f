using System.Collections;
using FederatedQuery.GraphQL.Execution.Incremental;
using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution;

/// <content>Completing lists (spec section 6.4.3).</content>
internal sealed partial class ResponseBranch
{
    private bool TryWriteList(FieldPlan field, GraphQLType itemType, object value)
    {
        if (field.Stream is { } stream && IsAtField)
        {
            return TryWriteStreamed(field, stream, itemType, value);
        }

        if (value is not IEnumerable items || value is string)
        {
            if (AsyncSequences.Find(value) is { } sequence)
            {
                AddListHole(field, itemType, sequence, stream: false, count: int.MaxValue);
                return true;
            }

            AddNoListError(field);
            return false;
        }

        Output.WriteByte((byte)'[');
        var depth = _path.Count;
        _path.Add(new PathSegment(null, 0));
        bool written;
        try
        {
            written = TryWriteItems(field, itemType, items, depth);
        }
        catch (Exception exception)
        {
            // The sequence itself failed: values below never throw to here.
            _path.Truncate(depth);
            execution.AddException(field, exception, GetPath(), CurrentBoundary());
            return false;
        }

        _path.Truncate(depth);
        Output.WriteByte((byte)']');
        return written;
    }

    /// <param name="field">The list's field.</param>
    /// <param name="itemType">Of each item.</param>
    /// <param name="items">Arrays and lists are indexed: enumerators cost more than what they give.</param>
    /// <param name="place">Where on the path the index stands.</param>
    private bool TryWriteItems(FieldPlan field, GraphQLType itemType, IEnumerable items, int place)
    {
        var index = 0;
        switch (items)
        {
            case object?[] array:
                for (; index < array.Length; index++)
                {
                    if (!TryWriteNext(field, itemType, array[index], index, place))
                    {
                        return false;
                    }
                }

                break;
            case IList list and not Array:
                for (; index < list.Count; index++)
                {
                    if (!TryWriteNext(field, itemType, list[index], index, place))
                    {
                        return false;
                    }
                }

                break;
            default:
                foreach (var item in items)
                {
                    if (!TryWriteNext(field, itemType, item, index++, place))
                    {
                        return false;
                    }
                }

                break;
        }

        return true;
    }

    private void AddNoListError(FieldPlan field) => AddError(
        field,
        new GraphQLError($"Expected Iterable, but did not find one for field \"{field.ParentType.Name}.{field.Definition.Name}\".") { Code = ErrorCodes.InvalidResult });

    private bool TryWriteItem(FieldPlan field, GraphQLType itemType, object? item, int index)
    {
        var place = _path.Count;
        _path.Add(new PathSegment(null, index));
        var written = TryWriteNext(field, itemType, item, index, place);
        _path.RemoveLast();
        return written;
    }

    private bool TryWriteNext(FieldPlan field, GraphQLType itemType, object? item, int index, int place)
    {
        if (index > 0)
        {
            Output.WriteByte((byte)',');
        }

        _path[place] = new PathSegment(null, index);
        return TryComplete(field, itemType, item);
    }
}
