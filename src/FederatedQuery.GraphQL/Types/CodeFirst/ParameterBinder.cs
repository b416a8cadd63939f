using System.Reflection;

namespace FederatedQuery.GraphQL.Types.CodeFirst;

/// <summary>
/// Says how a resolver's parameter gets its value when it is no argument: what to read from the context, or null for parameters that are
/// not this binder's. The value must fit the parameter's type.
/// </summary>
public delegate Func<IResolverContext, object?>? ParameterBinder(ParameterInfo parameter);
