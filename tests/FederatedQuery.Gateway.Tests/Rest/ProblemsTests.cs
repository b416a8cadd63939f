using System.Net;
using System.Text.Json;
using FederatedQuery.Federation;
using FederatedQuery.Gateway.Rest;
using FederatedQuery.Tiering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace FederatedQuery.Gateway.Tests.Rest;

public class ProblemsTests
{
    public static TheoryData<Exception, int, string> Failures => new()
    {
        { ProblemException.BadField("date", "`date` is 'x'; YYYY-MM-DD is expected."), 400, "BAD_ARGUMENT" },
        { new FederatedQueryException(FailureKind.Syntax, "no SQL"), 400, "SQL_SYNTAX_ERROR" },
        { new FederatedQueryException(FailureKind.UnknownTable, "no table"), 404, "TABLE_NOT_FOUND" },
        { new FederatedQueryException(FailureKind.Timeout, "slow"), 504, "QUERY_TIMEOUT" },
        { new FederatedQueryException(FailureKind.HotTier, "down"), 503, "HOT_TIER_UNAVAILABLE" },
        { new TimeoutException("PostgreSQL is slow"), 503, "HOT_TIER_UNAVAILABLE" },
        { new TieringException(TieringErrorKind.JobNotFound, "no job"), 404, "JOB_NOT_FOUND" },
        { new BadHttpRequestException("too slow", 408), 408, "BAD_REQUEST" },
        { new BadHttpRequestException("too long", 413), 413, "REQUEST_TOO_LARGE" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task WithProblems_EndpointThrows_AnswersProblemJson(Exception failure, int status, string code)
    {
        await using var app = await StartAsync(_ => throw failure);

        using var response = await app.GetTestClient().GetAsync(new Uri("/thing", UriKind.Relative));

        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(Problems.ContentType, response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal("/thing", problem.GetProperty("instance").GetString());
        Assert.Contains(failure.Message, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithProblems_FieldPlaceAndRetry_AreSaid()
    {
        var failure = new Problem(429, "OVERLOADED", "`a` is 'b'") { Field = "body", RetryAfter = TimeSpan.FromMilliseconds(1_200), Details = new Dictionary<string, object?> { ["left"] = 3 } };
        await using var app = await StartAsync(_ => throw new ProblemException(failure));

        using var response = await app.GetTestClient().GetAsync(new Uri("/thing", UriKind.Relative));

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter?.Delta);
        Assert.Equal(
            """{"type":"about:blank","title":"Too Many Requests","status":429,"detail":"`a` is 'b'","instance":"/thing","code":"OVERLOADED","field":"body","left":3}""",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task WithProblems_FailureOfTheProgram_TellsAnIdAndNothingElse()
    {
        await using var app = await StartAsync(_ => throw new InvalidOperationException("secret"));

        using var response = await app.GetTestClient().GetAsync(new Uri("/thing", UriKind.Relative));

        var text = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.True(JsonDocument.Parse(text).RootElement.GetProperty("id").TryGetGuid(out _));
    }

    [Fact]
    public async Task WithProblems_AnswerHadBegun_CutsTheConnection()
    {
        await using var app = await StartAsync(async context =>
        {
            await context.Response.WriteAsync("half of ");
            await context.Response.Body.FlushAsync();
            throw new FederatedQueryException(FailureKind.ColdTier, "gone");
        });

        await Assert.ThrowsAnyAsync<Exception>(() => app.GetTestClient().GetStringAsync(new Uri("/thing", UriKind.Relative)));
    }

    [Fact]
    public async Task WithProblems_ParameterDoesNotBind_AnswersProblemJson()
    {
        await using var app = await StartAsync(null);

        using var response = await app.GetTestClient().GetAsync(new Uri("/bound?limit=many", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("many", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync(RequestDelegate? handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.Configure<RouteHandlerOptions>(Problems.Configure);
        var app = builder.Build();
        var group = app.MapGroup("").WithProblems();
        group.MapGet("/bound", (int limit) => limit);
        if (handler is not null)
        {
            group.MapGet("/thing", handler);
        }

        await app.StartAsync();
        return app;
    }
}
