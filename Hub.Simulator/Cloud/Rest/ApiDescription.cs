using System.Collections.Generic;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Hub.Simulator.Cloud.Rest;

/// <summary>The OpenAPI document, /openapi/v1.json: made from the routes, with what they share.</summary>
internal static class ApiDescription
{
    private const string Token = "token";

    /// <summary>Adds it.</summary>
    public static void AddTo(IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer(DescribeAsync);
        options.AddOperationTransformer(ShareAsync);
    });

    private static Task DescribeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Print-farm hub: local cloud",
            Version = Product.Version,
            Description = "Printers of all hubs of this cloud. docs/cloud.md explains it. Beyond this, /ws/dashboard is a WebSocket with a snapshot and changes.",
        };
        foreach (OpenApiServer server in document.Servers ?? [])
        {
            server.Url = server.Url?.TrimEnd('/');
        }

        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Token] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The access token. A cloud on loopback without --token needs none.",
        };

        // With the token, or without.
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, document)] = [] }, []];
        return Task.CompletedTask;
    }

    private static async Task ShareAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        operation.Responses ??= [];
        OpenApiResponse error = new()
        {
            Description = "An error",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new() { Schema = await context.GetOrCreateSchemaAsync(typeof(ErrorAnswer), null, cancel) },
            },
        };
        operation.Responses["4XX"] = error;
        operation.Responses["5XX"] = error;
        if (context.Description.HttpMethod == HttpMethod.Post.Method)
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = "Idempotency-Key",
                In = ParameterLocation.Header,
                Description = "Any text of up to 255 characters: the request is executed once, and its answer is kept for 7 days.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 255 },
            });
        }
    }
}
