using AccountClosure.Embedded.Host.Functions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AccountClosure.Embedded.Host.Http;

/// <summary>Finds the function for a path and method. The most specific template wins, as in ASP.NET routing.</summary>
internal sealed class FunctionRoutes
{
    /// <summary>Prefix of every function's route.</summary>
    public const string Prefix = "/api";

    private readonly List<FunctionRoute> _routes;

    /// <exception cref="FunctionDefinitionException">A constraint does not exist, or two functions claim the same requests.</exception>
    public FunctionRoutes(IEnumerable<FunctionDescriptor> functions)
    {
        using var none = new ServiceCollection().BuildServiceProvider();
        var constraints = new DefaultInlineConstraintResolver(Options.Create(new RouteOptions()), none);
        _routes = [.. functions
            .Where(function => function.Trigger is HttpTriggerAttribute)
            .Select(function => new FunctionRoute(function, constraints))
            .OrderBy(route => route.Precedence)];

        var mistakes = from first in _routes
                       from second in _routes
                       where string.CompareOrdinal(first.Function.Name, second.Function.Name) < 0 && first.Collides(second)
                       select $"Functions '{first.Function.Name}' and '{second.Function.Name}' answer the same requests: "
                           + $"{Prefix}/{first.Template}.";
        if (mistakes.ToList() is { Count: > 0 } found)
            throw new FunctionDefinitionException(found);
    }

    /// <summary>Finds the function for a request, and gives the request its route values.</summary>
    /// <exception cref="HttpErrorException">404: no function takes that path with that method.</exception>
    public FunctionDescriptor Match(HttpContext context, PathString path) =>
        _routes.Find(route => route.Accepts(context.Request.Method) && route.TryMatch(context, path))?.Function
        ?? throw new HttpErrorException(StatusCodes.Status404NotFound);

    private sealed class FunctionRoute
    {
        private readonly TemplateMatcher _matcher;
        private readonly List<(string Key, IRouteConstraint Constraint)> _constraints = [];
        private readonly string _shape;

        /// <summary>HTTP methods in upper case; empty for all.</summary>
        private readonly string[] _methods;

        public FunctionRoute(FunctionDescriptor function, DefaultInlineConstraintResolver resolver)
        {
            Function = function;
            Template = function.Served.Route!;
            _methods = function.Served.Methods!.Split(',', StringSplitOptions.RemoveEmptyEntries);
            var parsed = TemplateParser.Parse(Template);
            Precedence = RoutePrecedence.ComputeInbound(parsed);
            _shape = string.Join('/', parsed.Segments.Select(segment =>
                string.Concat(segment.Parts.Select(part => part.IsParameter ? ConstraintsOf(part) : part.Text))));
            var defaults = new RouteValueDictionary();
            foreach (var parameter in parsed.Parameters)
            {
                if (parameter.DefaultValue is not null)
                    defaults[parameter.Name!] = parameter.DefaultValue;
                foreach (var constraint in parameter.InlineConstraints)
                {
                    var resolved = resolver.ResolveConstraint(constraint.Constraint)
                        ?? throw new FunctionDefinitionException(
                            [$"Function '{function.Name}': its route has an unknown constraint, '{constraint.Constraint}'."]);
                    _constraints.Add((parameter.Name!, resolved));
                }
            }
            _matcher = new TemplateMatcher(parsed, defaults);
        }

        public FunctionDescriptor Function { get; }

        public string Template { get; }

        public decimal Precedence { get; }

        public bool Accepts(string method) => _methods.Length == 0 || _methods.Contains(method, StringComparer.OrdinalIgnoreCase);

        public bool Collides(FunctionRoute other) =>
            string.Equals(_shape, other._shape, StringComparison.OrdinalIgnoreCase)
            && (_methods.Length == 0 || other._methods.Length == 0 || _methods.Intersect(other._methods).Any());

        public bool TryMatch(HttpContext context, PathString path)
        {
            var found = context.Request.RouteValues = [];
            return _matcher.TryMatch(path, found) && _constraints.TrueForAll(constraint =>
                !found.ContainsKey(constraint.Key)
                || constraint.Constraint.Match(context, null, constraint.Key, found, RouteDirection.IncomingRequest));
        }

        private static string ConstraintsOf(TemplatePart parameter) =>
            "{" + string.Join(':', parameter.InlineConstraints.Select(constraint => constraint.Constraint)) + "}";
    }
}
