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
    /// <summary>Null from a hole is rare: all branches share a lock.</summary>
    private static readonly Lock NulledLock = new();

    private ScratchStack<PathSegment> _path;
    private ScratchStack<OpenBoundary> _boundaries;
    private List<ResponseHole>? _holes;
    private List<NullBoundary>? _nulled;

    public Utf8JsonBuffer Output { get; } = new();

    /// <summary>In the order of their positions.</summary>
    public List<ResponseHole> Holes => _holes ??= [];

    public int HoleCount => _holes?.Count ?? 0;

    public void AddNulled(NullBoundary boundary)
    {
        lock (NulledLock)
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
        var i = 0;
        while (i < fields.Length)
        {
            Exception? failure = null;
            if (source is not null && fields[i].LeafWriter is not null)
            {
                i = WriteLeaves(fields, i, source, out failure);
                if (i == fields.Length)
                {
                    break;
                }
            }

            var field = fields[i];
            Output.WriteKey(i == 0 ? field.Key : field.SeparatedKey);
            _path.Add(new PathSegment(field, 0));
            var written = failure is null ? TryResolve(field, source) : Fail(field, failure);
            _path.RemoveLast();
            if (!written)
            {
                return false;
            }

            i++;
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
        Output.WriteKey(field.Key);
        _path.Add(new PathSegment(field, 0));
        var written = TryResolve(field, source);
        _path.RemoveLast();
        return written;
    }

    /// <summary>
    /// Writes fields that go from the object to the response as they are, up to one that does not: it is null, unfit, failed, or no such field.
    /// Most of what most responses have is written here.
    /// </summary>
    /// <returns>The place of the first field that was not written.</returns>
    private int WriteLeaves(FieldPlan[] fields, int first, object source, out Exception? failure)
    {
        failure = null;
        var output = Output;
        var i = first;
        var start = output.Length;
        try
        {
            for (; i < fields.Length && fields[i].LeafWriter is { } writer; i++)
            {
                start = output.Length;
                output.WriteKey(i == 0 ? fields[i].Key : fields[i].SeparatedKey);
                if (!writer(source, output))
                {
                    output.Truncate(start);
                    break;
                }
            }
        }
        catch (Exception exception)
        {
            output.Truncate(start);
            failure = exception;
        }

        return i;
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

    /// <summary>Gives its own memory back, not what is in its holes.</summary>
    public void Dispose()
    {
        Output.Dispose();
        _path.Dispose();
        _boundaries.Dispose();
    }

    /// <summary>The path to the value being written.</summary>
    public PathNode? GetPath()
    {
        var node = root;
        for (var i = 0; i < _path.Count; i++)
        {
            ref var segment = ref _path[i];
            node = segment.Node ??= new PathNode(node, segment.Field?.ResponseKey, segment.Index);
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
                var task = execution.FieldEvents is { } events ? events.ResolveAsync(resolver, context, execution.Work) : resolver(context);
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
            ref var open = ref _boundaries[i];
            parent = open.Node ??= new NullBoundary(parent, this, open.Start);
        }

        return parent;
    }

    private void AddError(FieldPlan field, GraphQLError error) => execution.AddError(field, error, GetPath(), CurrentBoundary());

    private record struct PathSegment(FieldPlan? Field, int Index, PathNode? Node = null);

    private record struct OpenBoundary(int Start, NullBoundary? Node = null);
}
