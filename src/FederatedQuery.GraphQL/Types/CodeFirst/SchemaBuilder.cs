using System.Reflection;
using FederatedQuery.GraphQL.Batching;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types.Annotations;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>
/// Gathers annotated classes and types made at run time into a <see cref="Schema"/>. May build more than once, each time anew, so that a
/// schema whose run-time part has changed can replace the last one.
/// </summary>
public sealed class SchemaBuilder
{
    private readonly List<Type> _classes = [];
    private readonly List<NamedType> _types = [];
    private readonly List<DirectiveDefinition> _directives = [];
    private readonly List<(OperationType Operation, FieldDefinition Field)> _rootFields = [];
    private readonly List<(OperationType Operation, Func<ClrTypes, IEnumerable<FieldDefinition>> Fields)> _fieldFactories = [];
    private readonly Dictionary<Type, ScalarType> _scalars = [];
    private readonly List<(OperationType Operation, Type Class)> _rootClasses = [];
    private readonly List<Type> _directiveClasses = [];
    private readonly List<object> _schemaDirectives = [];
    private readonly List<Type> _dataLoaders = [];
    private readonly List<ParameterBinder> _parameterBinders = [];
    private bool _useXmlDocumentation;
    private Func<Type, bool> _isService = _ => false;
    private string? _description;
    private bool _withIncrementalDelivery = true;

    /// <summary>
    /// A class with <c>[QueryType]</c>, <c>[MutationType]</c>, <c>[SubscriptionType]</c>, <c>[ExtendObjectType]</c>; any other is an object
    /// type that no field may name, such as one behind an interface.
    /// </summary>
    public SchemaBuilder AddType(Type type)
    {
        _classes.Add(type);
        return this;
    }

    /// <inheritdoc cref="AddType(Type)"/>
    public SchemaBuilder AddType<T>() => AddType(typeof(T));

    /// <summary>A class whose members are fields of a root type, as if it had <c>[QueryType]</c> or its like.</summary>
    public SchemaBuilder AddRootType(OperationType operation, Type type)
    {
        _rootClasses.Add((operation, type));
        return this;
    }

    /// <summary>As <c>[QueryType]</c> on the class.</summary>
    public SchemaBuilder AddQueryType<T>() => AddRootType(OperationType.Query, typeof(T));

    /// <summary>As <c>[MutationType]</c> on the class.</summary>
    public SchemaBuilder AddMutationType<T>() => AddRootType(OperationType.Mutation, typeof(T));

    /// <summary>As <c>[SubscriptionType]</c> on the class.</summary>
    public SchemaBuilder AddSubscriptionType<T>() => AddRootType(OperationType.Subscription, typeof(T));

    /// <summary>
    /// Every class of the assembly that has one of the type attributes, and every directive class that is
    /// not an attribute: those are added where they are used. Its data loaders as well.
    /// </summary>
    public SchemaBuilder AddTypes(Assembly assembly)
    {
        _classes.AddRange(assembly.GetTypes().Where(type => type.GetCustomAttributes(inherit: false).Any(attribute =>
            attribute is QueryTypeAttribute or MutationTypeAttribute or SubscriptionTypeAttribute or ExtendObjectTypeAttribute
                or ObjectTypeAttribute or EnumTypeAttribute or InputObjectTypeAttribute)));
        _directiveClasses.AddRange(assembly.GetTypes().Where(type => type.IsDefined(typeof(DirectiveTypeAttribute)) && !typeof(Attribute).IsAssignableFrom(type)));
        _dataLoaders.AddRange(assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false }
            && typeof(IDataLoader).IsAssignableFrom(type)));
        return this;
    }

    /// <summary>A type made at run time. Types that its fields name come along.</summary>
    public SchemaBuilder AddType(NamedType type)
    {
        _types.Add(type);
        return this;
    }

    /// <summary>A field of a root type, made at run time.</summary>
    public SchemaBuilder AddField(OperationType operation, FieldDefinition field)
    {
        _rootFields.Add((operation, field));
        return this;
    }

    /// <summary>
    /// Fields of a root type that are made when the schema is built, once per build: for types made at run time that refer to types of classes.
    /// </summary>
    public SchemaBuilder AddFields(OperationType operation, Func<ClrTypes, IEnumerable<FieldDefinition>> fields)
    {
        _fieldFactories.Add((operation, fields));
        return this;
    }

    /// <summary>The scalar for a CLR type, instead of a built-in one.</summary>
    public SchemaBuilder AddScalar(Type clrType, ScalarType scalar)
    {
        _scalars[clrType] = scalar;
        return this;
    }

    /// <summary>
    /// A data loader that resolvers may ask for by an interface, such as <c>ICustomerByIdDataLoader</c> or
    /// <c>IDataLoader&lt;int, Customer&gt;</c>; by their class they need not be added.
    /// </summary>
    public SchemaBuilder AddDataLoader<T>()
        where T : class, IDataLoader
    {
        _dataLoaders.Add(typeof(T));
        return this;
    }

    public SchemaBuilder AddDirective(DirectiveDefinition directive)
    {
        _directives.Add(directive);
        return this;
    }

    /// <summary>
    /// A class with <c>[DirectiveType]</c>. Those used as attributes need not be added; directives that only requests use do.
    /// </summary>
    public SchemaBuilder AddDirective(Type directiveClass)
    {
        _directiveClasses.Add(directiveClass);
        return this;
    }

    /// <inheritdoc cref="AddDirective(Type)"/>
    public SchemaBuilder AddDirective<T>() => AddDirective(typeof(T));

    /// <summary>Puts a directive on the schema itself: an instance of a class with <c>[DirectiveType]</c>.</summary>
    public SchemaBuilder WithDirective(object directive)
    {
        _schemaDirectives.Add(directive);
        return this;
    }

    /// <summary>Gives parameters of resolvers values that are no arguments, such as what the transport knows of the request.</summary>
    public SchemaBuilder AddParameterBinder(ParameterBinder binder)
    {
        _parameterBinders.Add(binder);
        return this;
    }

    /// <summary>
    /// Takes descriptions from XML comments (the file that the compiler writes beside the assembly) where no attribute gives one. Off unless
    /// called: comments are written for those who read the code.
    /// </summary>
    public SchemaBuilder UseXmlDocumentation()
    {
        _useXmlDocumentation = true;
        return this;
    }

    /// <summary>Tells which parameter types are services, so that they need no <c>[Service]</c>.</summary>
    public SchemaBuilder WithServices(Func<Type, bool> isService)
    {
        _isService = isService;
        return this;
    }

    public SchemaBuilder WithDescription(string description)
    {
        _description = description;
        return this;
    }

    /// <summary>Whether the schema has <c>@defer</c> and <c>@stream</c>. Default true.</summary>
    public SchemaBuilder WithIncrementalDelivery(bool enabled)
    {
        _withIncrementalDelivery = enabled;
        return this;
    }

    /// <summary>A builder with the same content, to add to without changing this one.</summary>
    public SchemaBuilder Clone()
    {
        var clone = new SchemaBuilder
        {
            _isService = _isService,
            _description = _description,
            _useXmlDocumentation = _useXmlDocumentation,
            _withIncrementalDelivery = _withIncrementalDelivery,
        };
        clone._classes.AddRange(_classes);
        clone._types.AddRange(_types);
        clone._directives.AddRange(_directives);
        clone._rootClasses.AddRange(_rootClasses);
        clone._directiveClasses.AddRange(_directiveClasses);
        clone._parameterBinders.AddRange(_parameterBinders);
        clone._schemaDirectives.AddRange(_schemaDirectives);
        clone._rootFields.AddRange(_rootFields);
        clone._fieldFactories.AddRange(_fieldFactories);
        clone._dataLoaders.AddRange(_dataLoaders);
        foreach (var (type, scalar) in _scalars)
        {
            clone._scalars[type] = scalar;
        }

        return clone;
    }

    /// <exception cref="SchemaException">The classes or types break rules of the specification; all breaches are listed.</exception>
    public Schema Build()
    {
        var classes = _classes.Distinct().ToArray();
        var objects = classes.Where(type => !type.GetCustomAttributes(inherit: false).Any(attribute =>
                attribute is QueryTypeAttribute or MutationTypeAttribute or SubscriptionTypeAttribute or ExtendObjectTypeAttribute))
            .Concat(classes.SelectMany(type => type.GetCustomAttributes(typeof(ObjectTypeAttribute<>), inherit: false).Select(attribute => ((ExtendObjectTypeAttribute)attribute).Type!)))
            .Distinct().ToArray();
        var extensions = new TypeExtensions(classes);
        var mapper = new ClrTypeMapper(new ClrTypeSources(
            new ResolverCompiler(_isService, _parameterBinders, new DataLoaderTypes(_dataLoaders)),
            _scalars,
            _types.ToDictionary(type => type.Name, StringComparer.Ordinal),
            extensions,
            objects,
            _useXmlDocumentation ? new XmlDocumentation() : null));

        foreach (var directive in _directiveClasses)
        {
            mapper.Directives.Map(directive);
        }

        var config = new SchemaConfig
        {
            Description = _description,
            Query = ToRoot<QueryTypeAttribute>(mapper, extensions, "Query", OperationType.Query, classes) ?? throw new SchemaException(["Query root type must be provided."]),
            Mutation = ToRoot<MutationTypeAttribute>(mapper, extensions, "Mutation", OperationType.Mutation, classes),
            Subscription = ToRoot<SubscriptionTypeAttribute>(mapper, extensions, "Subscription", OperationType.Subscription, classes),
            Types = [.. _types, .. objects.Select(mapper.Map)],
            AppliedDirectives = [.. _schemaDirectives.Select(mapper.Directives.Apply)],
        };

        // Fields are made when first asked for, and with them directives are met that nobody has added.
        _ = new TypeCollector().Collect(config);
        extensions.RequireAllFound();
        return new Schema(config with { Directives = [.. _withIncrementalDelivery ? IncrementalDirectives.All : [], .. _directives, .. mapper.Directives.Definitions] });
    }

    private ObjectType? ToRoot<TAttribute>(ClrTypeMapper mapper, TypeExtensions extensions, string name, OperationType operation, IReadOnlyList<Type> classes)
        where TAttribute : Attribute
    {
        var holders = classes.Where(type => type.IsDefined(typeof(TAttribute)))
            .Concat(_rootClasses.Where(added => added.Operation == operation).Select(added => added.Class))
            .Concat(extensions.OfName(name)).Distinct().ToArray();
        var fields = _rootFields.Where(added => added.Operation == operation).Select(added => added.Field)
            .Concat(_fieldFactories.Where(added => added.Operation == operation).SelectMany(added => added.Fields(mapper.Types)))
            .ToArray();
        return holders.Length == 0 && fields.Length == 0
            ? null
            : new ObjectType(
                name,
                () => holders.SelectMany(holder => mapper.FieldsOfRoot(holder, operation == OperationType.Subscription)).Concat(fields))
            {
                AppliedDirectives = [.. holders.SelectMany(holder => mapper.Directives.Of(holder))],
            };
    }
}
