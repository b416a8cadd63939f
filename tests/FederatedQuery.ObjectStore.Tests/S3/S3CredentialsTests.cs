using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using FederatedQuery.ObjectStore.S3;
using FederatedQuery.Testing.S3;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FederatedQuery.ObjectStore.Tests.S3;

public sealed class S3CredentialsTests(S3Server server) : IClassFixture<S3Server>
{
    private const string ContainerVariable = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

    [S3Fact]
    public async Task AnyCall_WrongSecret_IsAccessDeniedWithoutSecrets()
    {
        var options = server.OptionsFor(await server.CreateBucketAsync()) with { Credentials = new BasicAWSCredentials(S3Server.AccessKey, "wrong-secret") };
        using var store = new S3ObjectStore(options, TimeProvider.System);

        var head = await Assert.ThrowsAsync<ObjectStoreException>(() => store.HeadAsync("a", default));
        var put = await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync("a", new byte[1], WriteCondition.IfAbsent, default));
        var list = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.ListAsync("", default).ToListAsync());

        Assert.All([head, put, list], exception =>
        {
            Assert.Equal(ObjectStoreErrorKind.AccessDenied, exception.Kind);
            Assert.DoesNotContain("wrong-secret", exception.Message, StringComparison.Ordinal);
        });
        Assert.StartsWith($"Could not write 'a' in {store.Name}: SignatureDoesNotMatch (403)", put.Message, StringComparison.Ordinal);
    }

    [S3Fact]
    public async Task AnyCall_MissingBucket_SaysSo()
    {
        using var store = new S3ObjectStore(server.OptionsFor("no-such-bucket-here"), TimeProvider.System);

        var exception = await Assert.ThrowsAsync<ObjectStoreException>(() => store.GetAsync("a", 1, default));

        Assert.Equal("Could not read 'a' in s3://no-such-bucket-here: there is no such bucket.", exception.Message);
    }

    [S3Fact]
    public async Task AnyCall_ContainerCredentialsRotate_GoesOnWithTheNewOnes()
    {
        var options = server.OptionsFor(await server.CreateBucketAsync()) with { Credentials = null };
        await server.AddKeyAsync("rotating-first", "first-secret");
        await server.AddKeyAsync("rotating-second", "second-secret");
        var served = ("rotating-first", "first-secret");
        await using var container = await CredentialsEndpointAsync(() => served);
        await using var proxy = await FaultProxy.StartAsync(server.Endpoint);
        var signers = new ConcurrentQueue<string>();
        proxy.Observe = request => signers.Enqueue(request.Headers.Authorization.ToString().Split('=', '/')[1]);
        Environment.SetEnvironmentVariable(ContainerVariable, container.Urls.First() + "/credentials");
        try
        {
            using var store = new S3ObjectStore(options with { Endpoint = proxy.Address }, TimeProvider.System);
            await store.PutAsync("a", new byte[10], WriteCondition.IfAbsent, default);

            // Replaced an hour before they expire, as when a leak is met.
            served = ("rotating-second", "second-secret");
            await server.RemoveKeyAsync("rotating-first");

            Assert.Equal(10, (await store.HeadAsync("a", default)).Length);
            Assert.Equal(10, (await store.GetAsync("a", 10, default)).Length);
        }
        finally
        {
            Environment.SetEnvironmentVariable(ContainerVariable, null);
            await server.RemoveKeyAsync("rotating-second");
        }

        Assert.Equal(["rotating-first", "rotating-first", "rotating-second", "rotating-second"], signers);
    }

    private static async Task<WebApplication> CredentialsEndpointAsync(Func<(string AccessKey, string Secret)> current)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls($"http://{IPAddress.Loopback}:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        application.Run(context => context.Response.WriteAsJsonAsync(
            new
            {
                AccessKeyId = current().AccessKey,
                SecretAccessKey = current().Secret,
                Token = "",
                Expiration = TimeProvider.System.GetUtcNow().AddHours(1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            },
            new JsonSerializerOptions()));
        await application.StartAsync();
        return application;
    }
}
