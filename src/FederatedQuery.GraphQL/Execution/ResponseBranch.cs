using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Language;
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
internal sealed partial class ResponseBranch(OperationExecution execution, PathNode? root, NullBoundary? outer) : IDisposable
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
        if (plan.Incremental is { } begun)
        {
            execution.BeginDeferred(begun, GetPath());
        }

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
        if (plan.Incremental is { } incremental)
        {
            execution.AddDeferred(incremental, source, GetPath(), CurrentBoundary());
        }

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
                var task = execution.FieldEvents is { } events ? events.ResolveAsync(resolver, context) : resolver(context);
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

    private void AddError(FieldPlan field, GraphQLError error) => execution.AddError(field, error, GetPath(), CurrentBoundary());

    private readonly record struct PathSegment(FieldPlan? Field, int Index, PathNode? Node = null);

    private readonly record struct OpenBoundary(int Start, NullBoundary? Node);
}
