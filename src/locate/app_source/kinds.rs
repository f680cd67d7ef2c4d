//! The node kinds and fields of the grammars that matter here, under one name across languages.

macro_rules! named {
    ($(#[$doc:meta])* $enum:ident, $rest:ident; $($variant:ident = $($name:literal)|+),* $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $enum {
            $rest,
            $($variant),*
        }

        impl $enum {
            fn of(name: &str) -> Self {
                match name {
                    $($($name)|+ => $enum::$variant,)*
                    _ => $enum::$rest,
                }
            }
        }
    };
}

named! {
    /// What a node is.
    Kind, Other;
    Error = "ERROR",
    Missing = "MISSING",
    Comment = "comment" | "line_comment" | "block_comment" | "html_comment" | "multiline_comment",
    // names
    Identifier = "identifier" | "constant" | "simple_identifier" | "name" | "variable_name",
    PropertyIdentifier = "property_identifier" | "private_property_identifier",
    FieldIdentifier = "field_identifier",
    TypeIdentifier = "type_identifier" | "alias",
    ShorthandProperty = "shorthand_property_identifier",
    ShorthandPattern = "shorthand_property_identifier_pattern",
    // text
    String = "string" | "string_literal" | "interpreted_string_literal" | "encapsed_string" | "line_string_literal"
        | "multi_line_string_literal" | "multiline_string_literal" | "interpolated_string_expression" | "verbatim_string_literal"
        | "heredoc" | "nowdoc" | "bare_string" | "bare_symbol" | "delimited_symbol",
    RawString = "raw_string_literal",
    Template = "template_string",
    Substitution = "template_substitution" | "interpolation" | "interpolated_expression",
    StringStart = "string_start",
    StringEnd = "string_end",
    ConcatenatedString = "concatenated_string" | "chained_string",
    Symbol = "simple_symbol" | "atom" | "hash_key_symbol" | "keyword",
    HeredocStart = "heredoc_beginning",
    HeredocBody = "heredoc_body",
    Sigil = "sigil",
    // what stands inside a string and is its text
    Content = "string_content" | "string_fragment" | "multiline_string_fragment" | "escape_sequence" | "nowdoc_string",
    InterpolationBrace = "interpolation_brace",
    Integer = "number" | "integer" | "int_literal" | "integer_literal" | "number_literal" | "decimal_integer_literal",
    LiteralType = "literal_type",
    Alternatives = "union_type" | "or_pattern" | "alternative_pattern" | "union_pattern",
    // the values of one branch of a choice
    Branch = "when_entry" | "switch_label" | "match_condition_list" | "expression_case" | "switch_entry",
    TypeParameter = "type_parameter",
    EnumBody = "enum_body" | "enum_class_body" | "enum_declaration_list",
    EnumMember = "enum_assignment" | "enum_constant" | "enum_entry" | "enum_case",
    ConstGroup = "const_declaration",
    ClassBody = "class_body" | "declaration_list",
    FieldDeclaration = "field_declaration",
    // expressions
    Binary = "binary_expression" | "binary_operator" | "infix_expression" | "additive_expression" | "conjunction_expression"
        | "disjunction_expression" | "equality_expression" | "comparison_expression" | "binary",
    // Python's, which has its operators between the operands
    Comparison = "comparison_operator",
    Unary = "unary_expression" | "unary_operator" | "not_operator" | "unary" | "prefix_expression" | "unary_op_expression"
        | "prefix_unary_expression",
    Ternary = "ternary_expression",
    Conditional = "conditional_expression" | "boolean_operator" | "if_expression" | "match_expression",
    Await = "await_expression" | "await",
    Parenthesized = "parenthesized_expression" | "parenthesized_statements" | "tuple_expression",
    // what holds one value and is nothing else
    Slot = "value_argument" | "argument" | "array_element_initializer" | "collection_element" | "expression_element" | "constant_pattern"
        | "pattern" | "switch_pattern",
    Cast = "as_expression" | "satisfies_expression" | "non_null_expression" | "reference_expression" | "literal_element",
    TypeAssertion = "type_assertion",
    Call = "call_expression" | "call" | "method_invocation" | "invocation_expression" | "member_call_expression"
        | "nullsafe_member_call_expression" | "scoped_call_expression" | "function_call_expression",
    New = "new_expression" | "object_creation_expression",
    Member = "member_expression" | "attribute" | "selector_expression" | "field_expression" | "scoped_identifier"
        | "member_access_expression" | "field_access" | "navigation_expression" | "scope_resolution" | "class_constant_access_expression"
        | "dot",
    Arguments = "arguments" | "argument_list" | "value_arguments" | "annotation_argument_list",
    CallSuffix = "call_suffix",
    Macro = "macro_invocation",
    TokenTree = "token_tree",
    Array = "array" | "list" | "tuple" | "set" | "array_expression" | "string_array" | "symbol_array" | "array_initializer"
        | "initializer_expression" | "collection_expression" | "array_literal",
    ArrayCreation = "array_creation_expression" | "implicit_array_creation_expression" | "implicit_object_creation_expression",
    Subscript = "element_reference" | "subscript",
    ExpressionList = "expression_list",
    CompositeLiteral = "composite_literal",
    KeyedElement = "keyed_element",
    Object = "object",
    Pair = "pair",
    Spread = "spread_element",
    Regex = "regex",
    // functions
    Function = "function_declaration" | "generator_function_declaration" | "function_expression" | "generator_function" | "function_item"
        | "function_definition" | "method_declaration" | "method" | "singleton_method" | "constructor_declaration"
        | "local_function_statement",
    Method = "method_definition",
    Closure = "arrow_function" | "closure_expression" | "func_literal" | "lambda" | "lambda_expression" | "lambda_literal"
        | "anonymous_function",
    // what else has a name
    Class = "class_declaration" | "class" | "abstract_class_declaration" | "internal_module" | "module" | "class_definition" | "mod_item"
        | "trait_item" | "macro_definition" | "object_declaration" | "companion_object" | "object_definition" | "trait_definition"
        | "struct_declaration" | "trait_declaration",
    Impl = "impl_item",
    Declarator = "variable_declarator",
    Lexical = "lexical_declaration",
    ClassField = "public_field_definition",
    Property = "property_declaration" | "val_definition" | "var_definition" | "const_element" | "property_element",
    VariableDeclaration = "variable_declaration",
    Assignment = "assignment_expression" | "assignment",
    ConstItem = "const_item" | "static_item",
    Let = "let_declaration",
    ConstSpec = "const_spec",
    VarSpec = "var_spec",
    ShortVar = "short_var_declaration",
    // what binds a name without saying to what.
    Binder = "required_parameter" | "optional_parameter" | "rest_pattern" | "array_pattern" | "pair_pattern" | "assignment_pattern"
        | "object_assignment_pattern" | "import_specifier" | "import_clause" | "namespace_import" | "typed_parameter"
        | "default_parameter" | "typed_default_parameter" | "parameters" | "lambda_parameters" | "closure_parameters"
        | "parameter_declaration" | "variadic_parameter_declaration" | "list_splat_pattern" | "dictionary_splat_pattern"
        | "as_pattern_target" | "pattern_list" | "tuple_pattern" | "global_statement" | "nonlocal_statement" | "aliased_import"
        | "named_expression" | "parameter" | "class_parameter" | "simple_parameter" | "formal_parameter" | "implicit_parameter"
        | "method_parameters" | "keyword_parameter" | "block_parameters" | "directly_assignable_expression" | "global_declaration"
        | "static_variable_declaration" | "list_literal",
    Foreach = "foreach_statement",
    // statements
    Block = "statement_block" | "block",
    Statements = "statement_list",
    ExpressionStatement = "expression_statement",
    Export = "export_statement",
    ExportSpecifier = "export_specifier",
    If = "if_statement",
    // Another choice, in a language whose calls are not followed, or one that says nothing of beats.
    Choice = "if" | "unless" | "if_modifier" | "unless_modifier" | "case" | "when" | "conditional" | "elsif" | "else" | "rescue" | "begin"
        | "switch_statement" | "expression_switch_statement" | "type_switch_statement" | "switch_expression" | "when_expression"
        | "match_statement" | "do_block" | "while" | "until" | "for" | "try_expression",
    Case = "switch_case" | "switch_default",
    Loop = "for_statement" | "while_statement" | "do_statement" | "while_expression",
    Forever = "loop_expression",
    AsyncBlock = "async_block",
    Attribute = "attribute_item",
    ForIn = "for_in_statement",
    Try = "try_statement",
    Catch = "catch_clause" | "except_clause",
    Return = "return_statement",
    // Leaves otherwise.
    Exit = "throw_statement" | "raise_statement" | "return_expression" | "continue_statement" | "continue_expression",
    Break = "break_statement" | "break_expression",
}

named! {
    /// The part that a node plays in its parent.
    Field, None;
    Name = "name",
    Value = "value" | "default_value" | "raw_value",
    Function = "function",
    Arguments = "arguments",
    Constructor = "constructor",
    Left = "left" | "lhs",
    Right = "right" | "rhs",
    Operator = "operator" | "op",
    Body = "body",
    Key = "key",
    Object = "object" | "operand" | "scope" | "expression",
    Property = "property" | "attribute" | "field" | "suffix",
    Condition = "condition",
    Consequence = "consequence",
    Alternative = "alternative",
    Type = "type",
    Pattern = "pattern",
    Parameter = "parameter",
    Receiver = "receiver",
    Macro = "macro",
    Alias = "alias",
    Kind = "kind",
    Method = "method",
    Target = "target",
    Interpolator = "interpolator",
}

/// From a grammar's numbers to kinds and fields.
#[derive(Debug)]
pub struct KindTable {
    kinds: Vec<Kind>,
    fields: Vec<Field>,
}

impl KindTable {
    pub fn new(grammar: &tree_sitter::Language) -> Self {
        let kinds = (0..grammar.node_kind_count())
            .map(|id| u16::try_from(id).unwrap_or(u16::MAX))
            .map(|id| match grammar.node_kind_for_id(id) {
                Some(name) if grammar.node_kind_is_named(id) => Kind::of(name),
                _ => Kind::Other,
            })
            .collect();
        let fields = (0..=grammar.field_count())
            .map(|id| u16::try_from(id).unwrap_or(u16::MAX))
            .map(|id| grammar.field_name_for_id(id).map_or(Field::None, Field::of))
            .collect();
        Self { kinds, fields }
    }

    pub fn kind(&self, id: u16) -> Kind {
        self.kinds
            .get(usize::from(id))
            .copied()
            .unwrap_or(Kind::Other)
    }

    pub fn field(&self, id: u16) -> Field {
        self.fields
            .get(usize::from(id))
            .copied()
            .unwrap_or(Field::None)
    }
}
