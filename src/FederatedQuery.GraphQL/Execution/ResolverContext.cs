using FederatedQuery.GraphQL.Batching;
using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.CodeFirst;

namespace FederatedQuery.GraphQL.Execution;

internal sealed class ResolverContext(OperationExecution execution, FieldPlan plan, object? parent, PathNode? path) : IResolverContext
{
    private ArgumentValues? _arguments;

    public Schema Schema => execution.Schema;

    public FieldDefinition Field => plan.Definition;

    public ObjectType ParentType => plan.ParentType;

    public IReadOnlyList<object> Path => path?.ToList() ?? [];

    public CancellationToken RequestAborted => execution.CancellationToken;

    public IServiceProvider Services => execution.Request.Services;

    public object? TransportContext => execution.Request.TransportContext;

    public IDictionary<string, object?> ContextData => execution.Request.ContextData;

    private ArgumentValues Arguments => _arguments ??= execution.GetArguments(plan);

    public T Parent<T>() => (T)parent!;

    public T ArgumentValue<T>(string name) => ArgumentValue<T>(Arguments.IndexOf(name));

    public T ArgumentValue<T>(int index) => InputConverter.Convert<T>(Arguments[index]);

    public T ArgumentValue<T>(ISelectedField field, string name)
    {
        var arguments = execution.GetArguments((FieldPlan)field);
        return InputConverter.Convert<T>(arguments[arguments.IndexOf(name)]);
    }

    public bool HasArgument(string name) => Arguments.IsGiven(Arguments.IndexOf(name));

    public IReadOnlyList<IReadOnlyDictionary<string, object?>> GetDirectives(string name) => FieldDirectives.Coerce(execution.Schema, plan.Nodes, execution.Variables, name);

    public bool IsSelected(string fieldName) => plan.Definition.Type.Named is CompositeType type
        && execution.Schema.GetPossibleTypes(type).Any(possible => Selects(plan, possible, fieldName));

    public void RegisterForCleanup(Func<ValueTask> cleanUp) => execution.RegisterForCleanup(cleanUp);

    public void ReportError(GraphQLError error) => execution.AddError(plan, error, path, boundary: null);

    public void SetExtension(string key, object? value) => execution.SetExtension(key, value);

    public ISelectedField Selection => plan;

    public IEnumerable<ISelectedField> RootFields => execution.RootFields;

    public T DataLoader<T>()
        where T : class, IDataLoader => execution.Work.GetDispatcher().DataLoaders.Get<T>();

    public T GetOrAddDataLoader<T>(object key, Func<IBatchScheduler, DataLoaderOptions, T> create)
        where T : class, IDataLoader => execution.Work.GetDispatcher().DataLoaders.GetOrAdd(key, create);

    private static bool Selects(FieldPlan plan, ObjectType type, string fieldName) =>
        plan.GetSelection(type).Fields.Any(selected => selected.Definition.Name == fieldName);
}
