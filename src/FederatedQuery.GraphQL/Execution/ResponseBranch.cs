using System.Collections;
using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>
/// Executes fields depth first and writes their JSON as it goes. A field that must wait leaves a hole and goes on in a branch of its own,
/// so all fields of a query run side by side while whatever is ready is written straight to its place. One thread uses a branch at a time.
/// </summary>
/// <remarks>
/// Null propagation: a method that returns false has met a null it may not write. The nearest nullable value above cuts the buffer back to
/// where it began and writes null. When the null comes from a hole, after the bytes around it were written, <see cref="NullBoundary"/>
/// remembers what to leave out.
/// </remarks>
internal sealed class ResponseBranch(OperationExecution execution, PathNode? root, NullBoundary? outer) : IDisposable
{
    private readonly List<PathSegment> _path = [];
    private readonly List<OpenBoundary> _boundaries = [];
    private readonly Lock _nulledLock = new();
    private List<NullBoundary>? _nulled;

    public Utf8JsonBuffer Output { get; } = new();

    /// <summary>In the order of their positions.</summary>
    public List<ResponseHole> Holes { get; } = [];

    public void AddNulled(NullBoundary boundary)
    {
        lock (_nulledLock)
        {
            (_nulled ??= []).Add(boundary);
        }
    }

    /// <summary>The outermost ranges to be replaced by null, in order. Only to be called when nothing runs any more.</summary>
    public IReadOnlyList<NullBoundary> GetNulled() => _nulled is null
        ? []
        : [.. _nulled.Where(boundary => boundary.IsNulled && boundary.Parent is not { IsDead: true }).OrderBy(boundary => boundary.Start)];

    /// <summary>ExecuteSelectionSet() on an object (spec section 6.3).</summary>
    public bool TryWriteObject(SelectionPlan plan, object? source)
    {
        Output.WriteByte((byte)'{');
        var fields = plan.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            if (i > 0)
            {
                Output.WriteByte((byte)',');
            }

            if (!TryWriteField(fields[i], source))
            {
                return false;
            }
        }

        Output.WriteByte((byte)'}');
        return true;
    }

    /// <summary>ExecuteField() with its response key (spec section 6.4).</summary>
    public bool TryWriteField(FieldPlan field, object? source)
    {
        Output.WriteRaw(field.KeyUtf8);
        if (field.LeafWriter is { } writer && source is not null)
        {
            var start = Output.Length;
            try
            {
                if (writer(source, Output))
                {
                    return true;
                }
            }
            catch (Exception exception)
            {
                Output.Truncate(start);
                _path.Add(new PathSegment(field, 0));
                var isNull = Fail(field, exception);
                _path.RemoveAt(_path.Count - 1);
                return isNull;
            }
        }

        _path.Add(new PathSegment(field, 0));
        var written = TryResolve(field, source);
        _path.RemoveAt(_path.Count - 1);
        return written;
    }

    /// <summary>CompleteValue() (spec section 6.4.3).</summary>
    public bool TryComplete(FieldPlan field, GraphQLType type, object? value)
    {
        if (type is NonNullType nonNull)
        {
            if (value is not null)
            {
                return TryCompleteNonNull(field, nonNull.OfType, value);
            }

            AddError(field, new GraphQLError($"Cannot return null for non-nullable field {field.ParentType.Name}.{field.Definition.Name}.") { Code = ErrorCodes.NonNullViolation });
            return false;
        }

        if (value is null)
        {
            Output.WriteNull();
            return true;
        }

        var start = Output.Length;
        var holes = Holes.Count;
        _boundaries.Add(new OpenBoundary(start, null));
        var written = TryCompleteNonNull(field, type, value);
        var boundary = _boundaries[^1].Node;
        _boundaries.RemoveAt(_boundaries.Count - 1);
        if (written)
        {
            if (boundary is not null)
            {
                boundary.End = Output.Length;
            }

            return true;
        }

        boundary?.Drop();
        for (var i = holes; i < Holes.Count; i++)
        {
            execution.AbandonStream(Holes[i]);
        }

        Holes.RemoveRange(holes, Holes.Count - holes);
        Output.Truncate(start);
        Output.WriteNull();
        return true;
    }

    /// <summary>A field whose resolver threw, in the branch that took it over.</summary>
    public bool TryCompleteFailed(FieldPlan field, Exception exception)
    {
        execution.AddException(field, exception, GetPath(), outer);
        if (field.Definition.Type.IsNonNull)
        {
            return false;
        }

        Output.WriteNull();
        return true;
    }

    public void Dispose()
    {
        Output.Dispose();
        foreach (var hole in Holes)
        {
            hole.Content?.Dispose();
        }
    }

    /// <summary>The path to the value being written.</summary>
    public PathNode? GetPath()
    {
        var node = root;
        for (var i = 0; i < _path.Count; i++)
        {
            var segment = _path[i];
            if (segment.Node is null)
            {
                segment = segment with { Node = new PathNode(node, segment.Field?.ResponseKey, segment.Index) };
                _path[i] = segment;
            }

            node = segment.Node;
        }

        return node;
    }

    private bool TryResolve(FieldPlan field, object? source)
    {
        if (field.IsTypeName)
        {
            Output.WriteString(field.ParentType.Name);
            return true;
        }

        object? value;
        try
        {
            var definition = field.Definition;
            if (definition.Resolver is { } resolver)
            {
                var context = new ResolverContext(execution, field, source, GetPath());
                var task = resolver(context);
                if (!task.IsCompleted)
                {
                    AddHole(field, task);
                    return true;
                }

                value = task.GetAwaiter().GetResult();
            }
            else if (definition.PropertyReader is { } reader)
            {
                value = source is null ? null : reader.Read(source);
            }
            else
            {
                value = source switch
                {
                    _ when execution.IsSubscriptionRoot(field) => source,
                    IReadOnlyDictionary<string, object?> map => map.GetValueOrDefault(definition.Name),
                    _ => throw new InvalidOperationException(
                        $"Field '{field.ParentType.Name}.{definition.Name}' has no resolver, and its parent is a '{source?.GetType()}', not a dictionary."),
                };
            }
        }
        catch (Exception exception)
        {
            return Fail(field, exception);
        }

        return TryComplete(field, field.Definition.Type, value);
    }

    private bool Fail(FieldPlan field, Exception exception)
    {
        execution.AddException(field, exception, GetPath(), CurrentBoundary());
        if (field.Definition.Type.IsNonNull)
        {
            return false;
        }

        Output.WriteNull();
        return true;
    }

    private void AddHole(FieldPlan field, ValueTask<object?> task)
    {
        var hole = new ResponseHole(Output.Length);
        Holes.Add(hole);
        execution.Continue(hole, field, task, GetPath(), CurrentBoundary());
    }

    /// <summary>The nearest nullable place above, with all those above it made to last.</summary>
    private NullBoundary? CurrentBoundary()
    {
        var parent = outer;
        for (var i = 0; i < _boundaries.Count; i++)
        {
            var open = _boundaries[i];
            if (open.Node is null)
            {
                open = open with { Node = new NullBoundary(parent, this, open.Start) };
                _boundaries[i] = open;
            }

            parent = open.Node;
        }

        return parent;
    }

    private bool TryCompleteNonNull(FieldPlan field, GraphQLType type, object value) => type switch
    {
        ScalarType scalar => TryWriteScalar(field, scalar, value),
        ObjectType objectType => TryWriteObject(field.GetSelection(objectType), value),
        ListType list => TryWriteList(field, list.OfType, value),
        EnumType enumType => TryWriteEnum(field, enumType, value),
        _ => TryWriteAbstract(field, (CompositeType)type, value),
    };

    private bool TryWriteScalar(FieldPlan field, ScalarType scalar, object value)
    {
        if (value is IJsonStream stream)
        {
            Holes.Add(new ResponseHole(Output.Length) { Stream = stream });
            return true;
        }

        var start = Output.Length;
        try
        {
            if (scalar.TryWrite(Output, value))
            {
                return true;
            }
        }
        catch (Exception exception)
        {
            Output.Truncate(start);
            execution.AddException(field, exception, GetPath(), CurrentBoundary());
            return false;
        }

        AddError(field, new GraphQLError($"{scalar.Name} cannot represent value: {Show(value)}") { Code = ErrorCodes.InvalidResult });
        return false;
    }

    private bool TryWriteEnum(FieldPlan field, EnumType type, object value)
    {
        if (type.TryGetByValue(value, out var definition))
        {
            Output.WriteString(definition.Name);
            return true;
        }

        AddError(field, new GraphQLError($"Enum \"{type.Name}\" cannot represent value: {Show(value)}") { Code = ErrorCodes.InvalidResult });
        return false;
    }

    private bool TryWriteList(FieldPlan field, GraphQLType itemType, object value)
    {
        if (value is not IEnumerable items || value is string)
        {
            AddError(field, new GraphQLError($"Expected Iterable, but did not find one for field \"{field.ParentType.Name}.{field.Definition.Name}\".") { Code = ErrorCodes.InvalidResult });
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

    private bool TryWriteAbstract(FieldPlan field, CompositeType type, object value)
    {
        string problem;
        try
        {
            var name = type switch { InterfaceType named => named.ResolveType?.Invoke(value), UnionType union => union.ResolveType?.Invoke(value), _ => null };
            var objectType = name is null
                ? execution.Schema.FindObjectType(value.GetType())
                : execution.Schema.TryGetType(name, out var found) ? found as ObjectType : null;
            if (objectType is not null && execution.Schema.GetPossibleTypes(type).Contains(objectType))
            {
                return TryWriteObject(field.GetSelection(objectType), value);
            }

            problem = objectType is null
                ? $"Abstract type \"{type.Name}\" must resolve to an Object type at runtime for field \"{field.ParentType.Name}.{field.Definition.Name}\"; no type is known for the value's class."
                : $"Runtime Object type \"{objectType.Name}\" is not a possible type for \"{type.Name}\".";
        }
        catch (Exception exception)
        {
            execution.AddException(field, exception, GetPath(), CurrentBoundary());
            return false;
        }

        AddError(field, new GraphQLError(problem) { Code = ErrorCodes.InvalidResult });
        return false;
    }

    private void AddError(FieldPlan field, GraphQLError error) => execution.AddError(field, error, GetPath(), CurrentBoundary());

    private static string Show(object value) => value is string text
        ? $"\"{text}\""
        : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? value.GetType().Name;

    private readonly record struct PathSegment(FieldPlan? Field, int Index, PathNode? Node = null);

    private readonly record struct OpenBoundary(int Start, NullBoundary? Node);
}
