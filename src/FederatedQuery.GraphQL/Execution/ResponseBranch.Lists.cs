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
        var index = 0;
        try
        {
            if (items is IReadOnlyList<object?> list)
            {
                for (; index < list.Count; index++)
                {
                    if (!TryWriteItem(field, itemType, list[index], index))
                    {
                        return false;
                    }
                }
            }
            else
            {
                foreach (var item in items)
                {
                    if (!TryWriteItem(field, itemType, item, index++))
                    {
                        return false;
                    }
                }
            }
        }
        catch (Exception exception)
        {
            // The sequence itself failed: values below never throw to here.
            _path.RemoveRange(depth, _path.Count - depth);
            execution.AddException(field, exception, GetPath(), CurrentBoundary());
            return false;
        }

        Output.WriteByte((byte)']');
        return true;
    }

    private void AddNoListError(FieldPlan field) => AddError(
        field,
        new GraphQLError($"Expected Iterable, but did not find one for field \"{field.ParentType.Name}.{field.Definition.Name}\".") { Code = ErrorCodes.InvalidResult });

    private bool TryWriteItem(FieldPlan field, GraphQLType itemType, object? item, int index)
    {
        if (index > 0)
        {
            Output.WriteByte((byte)',');
        }

        _path.Add(new PathSegment(null, index));
        var written = TryComplete(field, itemType, item);
        _path.RemoveAt(_path.Count - 1);
        return written;
    }
}
