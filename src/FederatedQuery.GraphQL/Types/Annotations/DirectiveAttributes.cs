namespace FederatedQuery.GraphQL.Types.Annotations;

/// <summary>
/// The class defines a directive. Its public properties are the arguments; a default comes from <c>[DefaultValue]</c> or from the constructor
/// parameter of the same name. The name is that of the class without <c>Directive</c> and <c>Attribute</c>, beginning in lower case, or that of
/// <see cref="GraphQLNameAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DirectiveTypeAttribute(DirectiveLocation locations) : Attribute
{
    public DirectiveLocation Locations { get; } = locations;

    /// <summary>Whether one place may have it more than once.</summary>
    public bool IsRepeatable { get; set; }
}

/// <summary>
/// Base of attributes that are directives on what they are put on: classes with <see cref="DirectiveTypeAttribute"/>. One that implements
/// <see cref="IFieldMiddleware"/> also runs around the resolvers of its fields.
/// </summary>
/// <example>
/// <code>
/// [DirectiveType(DirectiveLocation.FieldDefinition)]
/// public sealed class UpperCaseAttribute : DirectiveAttribute, IFieldMiddleware
/// {
///     public async ValueTask&lt;object?&gt; InvokeAsync(IResolverContext context, FieldResolver next) =>
///         (await next(context) as string)?.ToUpperInvariant();
/// }
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
public abstract class DirectiveAttribute : Attribute;
