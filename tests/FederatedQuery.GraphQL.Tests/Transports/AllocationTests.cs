using System.Net;
using System.Net.Sockets;
using System.Text;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Transports;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.GraphQL.Tests.Transports;

/// <summary>
/// What a small request costs in memory, through Kestrel and back. The client is a socket and two buffers, so that nearly all bytes are the
/// server's; the least of several measurements is taken, since others' background work can only add.
/// </summary>
[Collection(nameof(AllocationTests))]
public class AllocationTests
{
    private const int Requests = 500;

    // Without optimizations each async method call makes an object, also when it never waits.
#if DEBUG
    private const int MostBytes = 4096;
#else
    private const int MostBytes = 2048;
#endif

    [Fact]
    public async Task Post_SmallQuery_AllocatesLittle()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddGraphQLServer().AddField(OperationType.Query, new FieldDefinition("hello", StringScalar.Instance)
        {
            Resolver = static _ => new ValueTask<object?>("Hello, world!"),
        });
        await using var app = builder.Build();
        app.MapGraphQL();
        await app.StartAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        socket.Connect(new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.Single()).Port));
        var request = Encoding.ASCII.GetBytes(
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: 21\r\n\r\n{\"query\":\"{ hello }\"}");
        var answer = new byte[4096];

        Ask(socket, request, answer, Requests);
        var least = Enumerable.Range(0, 8).Min(_ => Ask(socket, request, answer, Requests));

        Assert.InRange(least / Requests, 1, MostBytes);
    }

    /// <summary>Bytes that the process has allocated meanwhile.</summary>
    private static long Ask(Socket socket, byte[] request, byte[] answer, int times)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < times; i++)
        {
            socket.Send(request);
            var received = 0;
            do
            {
                received += socket.Receive(answer, received, answer.Length - received, SocketFlags.None);
            }
            while (!answer.AsSpan(0, received).EndsWith("{\"data\":{\"hello\":\"Hello, world!\"}}"u8));
        }

        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}

/// <summary>Alone: what other tests allocate would be counted in.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationGroup;
