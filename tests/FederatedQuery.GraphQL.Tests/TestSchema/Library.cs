using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.CodeFirst;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.GraphQL.Tests.TestSchema;

/// <summary>The schema of this folder with an executor, and results as text.</summary>
internal static class Library
{
    public static Schema Schema { get; } = new SchemaBuilder()
        .AddType<LibraryQueries>()
        .AddType(typeof(LibraryMutations))
        .AddType(typeof(LibrarySubscriptions))
        .AddType<BookExtensions>()
        .AddType<Author>()
        .AddType<Book>()
        .WithServices(type => type == typeof(Greeter))
        .Build();

    public static Task<string> ExecuteAsync(string document, string? variables = null, string? operationName = null) =>
        ExecuteAsync(new RequestExecutor(Schema), document, variables, operationName);

    public static async Task<string> ExecuteAsync(RequestExecutor executor, string document, string? variables = null, string? operationName = null)
    {
        await using var services = new ServiceCollection().AddSingleton<Greeter>().AddSingleton(new List<string>()).BuildServiceProvider();
        var request = new OperationRequest(document)
        {
            OperationName = operationName,
            Variables = variables is null ? null : JsonElement.Parse(variables),
            Services = services,
        };
        return await ToTextAsync((OperationResult)await executor.ExecuteAsync(request));
    }

    public static async Task<string> ToTextAsync(OperationResult result)
    {
        await using (result)
        {
            using var stream = new MemoryStream();
            var writer = PipeWriter.Create(stream);
            await result.WriteToAsync(writer, CancellationToken.None);
            await writer.CompleteAsync();
            return Encoding.UTF8.GetString(stream.ToArray());
        }
    }
}
