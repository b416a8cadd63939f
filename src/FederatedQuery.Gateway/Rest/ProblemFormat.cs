namespace FederatedQuery.Gateway.Rest;

/// <summary>Metadata of an endpoint: how it says that it does not do what it is asked. For what is decided before the endpoint itself is called.</summary>
/// <param name="Write">Sets the status and writes the body.</param>
internal sealed record ProblemFormat(Func<HttpContext, Problem, Task> Write);
