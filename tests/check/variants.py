"""Right programs in many manners: none of them may be called wrong."""

from __future__ import annotations

# Changes for write_script, by name; each in Python and in R. All compute the same network.
VARIANTS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "plain": ({}, {}),
    "other product": (
        {"z": "np.dot({prev}, {W}) + {b}", "dW": "np.dot({prev}.T, {delta})"},
        {"z": "sweep({prev} %*% {W}, 2, {b}, \"+\")", "dW": "crossprod({prev}, {delta})",
         "e1": "tcrossprod({delta2}, {W2})"},
    ),
    "other order of operations": (
        {"W": "{W} {s} {dW} * {lr}", "slope": "{a} - {a} ** 2", "z": "{b} + {prev} @ {W}"},
        {"W": "{W} {s} {dW} * {lr}", "slope": "{a} - {a}^2",
         "z": "matrix({b}, n, ncol({W}), byrow = TRUE) + {prev} %*% {W}"},
    ),
    "sigmoid by tanh": (
        {"a": "0.5 * (1 + np.tanh({z} / 2))"},
        {"a": "0.5 * (1 + tanh({z} / 2))"},
    ),
    "sigmoid by exp of z": (
        {"a": "np.exp({z}) / (1 + np.exp({z}))"},
        {"a": "plogis({z})"},
    ),
    "gradients in the update": (
        {"dW": "", "db": "", "W": "{W} {s} {lr} * ({prev}.T @ {delta})",
         "b": "{b} {s} {lr} * {delta}.sum(axis=0, keepdims=True)"},
        {"dW": "", "db": "", "W": "{W} {s} {lr} * t({prev}) %*% {delta}",
         "b": "{b} {s} {lr} * colSums({delta})"},
    ),
    "in place": (
        {"W": "\n{W} {s}= {lr} * {dW}", "b": "\n{b} {s}= {lr} * {db}"},
        {"W": "\n{W}[] <- {W} {s} {lr} * {dW}", "b": "\n{b}[1, ] <- {b}[1, ] {s} {lr} * {db}[1, ]"},
    ),
    "loops over samples": (
        {"dW": "\n{dW} = np.zeros({W}.shape)\nfor i in range(n):\n"
               "    {dW} += np.outer({prev}[i], {delta}[i])",
         "z": "\n{z} = np.zeros((n, {W}.shape[1]))\nfor i in range(n):\n"
              "    {z}[i] = {prev}[i] @ {W} + {b}[0]"},
        {"dW": "\n{dW} <- 0 * {W}\n"
               "for (i in seq_len(n)) {dW} <- {dW} + {prev}[i, ] %o% {delta}[i, ]",
         "z": "\n{z} <- matrix(0, n, ncol({W}))\n"
              "for (i in seq_len(n)) {z}[i, ] <- {prev}[i, ] %*% {W} + {b}"},
    ),
    "loops over elements": (
        {"e1": "\n{e1} = np.zeros((n, {n1}))\nfor i in range(n):\n    for j in range({n1}):\n"
               "        for k in range({n2}):\n"
               "            {e1}[i, j] += {delta2}[i, k] * {W2}[j, k]",
         "W2": "\nfor j in range({n1}):\n    for k in range({n2}):\n"
               "        {W2}[j, k] = {W2}[j, k] {s} {lr} * {dW2}[j, k]"},
        {"e1": "\n{e1} <- matrix(0, n, {n1})\nfor (i in seq_len(n)) for (j in seq_len({n1})) "
               "for (k in seq_len({n2})) {e1}[i, j] <- {e1}[i, j] + {delta2}[i, k] * {W2}[j, k]",
         "W2": "\nfor (j in seq_len({n1})) for (k in seq_len({n2})) "
               "{W2}[j, k] <- {W2}[j, k] {s} {lr} * {dW2}[j, k]"},
    ),
    "einsum and outer": (
        {"e1": "np.einsum('ik,jk->ij', {delta2}, {W2})",
         "dW": "np.einsum('ij,ik->jk', {prev}, {delta})"},
        {"e1": "t({W2} %*% t({delta2}))", "dW": "t(t({delta}) %*% {prev})"},
    ),
    "without slopes": (
        {"slope": "", "delta": "{e} * {a} * (1 - {a})"},
        {"slope": "", "delta": "{e} * {a} * (1 - {a})"},
    ),
    "learning rate in delta alone": (
        {"delta2": "{e} * {slope} * {lr}", "W": "{W} {s} {dW}", "b": "{b} {s} {db}"},
        {"delta2": "{e} * {slope} * {lr}", "W": "{W} {s} {dW}", "b": "{b} {s} {db}"},
    ),
    "updates first, with a copy": (
        {"order": "z1 a1 z2 a2 e2 slope2 slope1 delta2 copy dW2 db2 W2 b2 e1 delta1 dW1 db1 W1 b1",
         "copy": "\nold = {W2}.copy()", "e1": "{delta2} @ old.T"},
        {"order": "z1 a1 z2 a2 e2 slope2 slope1 delta2 copy dW2 db2 W2 b2 e1 delta1 dW1 db1 W1 b1",
         "copy": "\nold <- {W2}", "e1": "{delta2} %*% t(old)"},
    ),
    "loss printed as a mean": (
        {"loss": "\nmse = np.mean(({err}) ** 2)"},
        {"loss": "\nmse <- mean(({err})^2)"},
    ),
    "literal epochs": (
        {"range": "range(5000)"},
        {"range": "1:5000"},
    ),
    "bias as a vector": (
        {"head": "{b1} = np.random.rand({n1})\n{b2} = np.random.rand({n2})\n",
         "db": "{delta}.sum(axis=0)"},
        {"head": "{b1} <- runif({n1})\n{b2} <- runif({n2})\n", "db": "colSums({delta})"},
    ),
    "bias in every row": (
        {"head": "{b1} = np.ones((n, 1)) @ np.random.rand(1, {n1})\n",
         "b1": "{b1} {s} {lr} * {db1}"},
        {"head": "{b1} <- matrix(runif({n1}), n, {n1}, byrow = TRUE)\n",
         "z1": "{X} %*% {W1} + {b1}",
         "b1": "{b1} {s} {lr} * matrix({db1}, n, {n1}, byrow = TRUE)"},
    ),
    "samples in columns": (
        {"head": "{X} = {X}.T\n{y} = {y}.T\n{W1} = np.random.rand({n1}, {n0})\n"
                 "{W2} = np.random.rand({n2}, {n1})\n{b1} = np.random.rand({n1}, 1)\n"
                 "{b2} = np.random.rand({n2}, 1)\n",
         "z": "{W} @ {prev} + {b}", "e1": "{W2}.T @ {delta2}", "dW": "{delta} @ {prev}.T",
         "db": "np.sum({delta}, axis=1, keepdims=True)"},
        {"head": "{X} <- t({X})\n{y} <- t({y})\n{W1} <- matrix(runif({n1} * {n0}), {n1}, {n0})\n"
                 "{W2} <- matrix(runif({n2} * {n1}), {n2}, {n1})\n{b1} <- matrix(runif({n1}))\n"
                 "{b2} <- matrix(runif({n2}))\nn <- ncol({X})\n",
         "z": "{W} %*% {prev} + c({b})", "e1": "t({W2}) %*% {delta2}",
         "dW": "{delta} %*% t({prev})",
         "db": "matrix(rowSums({delta}))"},
    ),
    "in functions": (
        {"head": "def forward(inputs, w1, c1, w2, c2):\n    z1 = inputs @ w1 + c1\n"
                 "    a1 = sigmoid(z1)\n    z2 = a1 @ w2 + c2\n    a2 = sigmoid(z2)\n"
                 "    return z1, a1, z2, a2\n",
         "order": "all e2 slope2 slope1 delta2 e1 delta1 dW2 db2 dW1 db1 W2 b2 W1 b1",
         "all": "\n{z1}, {a1}, {z2}, {a2} = forward({X}, {W1}, {b1}, {W2}, {b2})"},
        {"head": "forward <- function(inputs, w1, c1, w2, c2) {{\n"
                 "  z1 <- inputs %*% w1 + matrix(c1, nrow(inputs), ncol(w1), byrow = TRUE)\n"
                 "  a1 <- sigmoid(z1)\n"
                 "  z2 <- a1 %*% w2 + matrix(c2, nrow(a1), ncol(w2), byrow = TRUE)\n"
                 "  list(z1 = z1, a1 = a1, z2 = z2, a2 = sigmoid(z2))\n}}\n",
         "order": "all e2 slope2 slope1 delta2 e1 delta1 dW2 db2 dW1 db1 W2 b2 W1 b1",
         "all": "\nf <- forward({X}, {W1}, {b1}, {W2}, {b2})\n{z1} <- f$z1\n{a1} <- f$a1\n"
                "{z2} <- f$z2\n{a2} <- f$a2"},
    ),
    "in a dictionary": (
        {"head": "p = {{'W1': np.random.rand({n0}, {n1}), 'b1': np.zeros((1, {n1})),\n"
                 "     'W2': np.random.rand({n1}, {n2}), 'b2': np.zeros((1, {n2}))}}\n"
                 "del {W1}, {b1}, {W2}, {b2}\n",
         "z": "{prev} @ p['W{layer}'] + p['b{layer}']", "e1": "{delta2} @ p['W2'].T",
         "W": "\np['W{layer}'] = p['W{layer}'] {s} {lr} * {dW}",
         "b": "\np['b{layer}'] {s}= {lr} * {db}"},
        {"head": "p <- list(W1 = matrix(runif({n0} * {n1}), {n0}), b1 = matrix(0, 1, {n1}),\n"
                 "  W2 = matrix(runif({n1} * {n2}), {n1}), b2 = matrix(0, 1, {n2}))\n"
                 "rm({W1}, {b1}, {W2}, {b2})\n",
         "z": "{prev} %*% p$W{layer} + matrix(p$b{layer}, n, ncol(p$W{layer}), byrow = TRUE)",
         "e1": "{delta2} %*% t(p[['W2']])",
         "W": "\np$W{layer} <- p$W{layer} {s} {lr} * {dW}",
         "b": "\np[['b{layer}']] <- p$b{layer} {s} {lr} * {db}"},
    ),
    "minus in the error": (
        {"e2": "-({err}){mean}", "delta": "-{e} * {slope}", "e1": "-{delta2} @ {W2}.T"},
        {"e2": "-({err}){mean}", "delta": "-{e} * {slope}", "e1": "-{delta2} %*% t({W2})"},
    ),
    "shuffled together": (
        {"begin": "\norder = np.random.permutation(n)\n{X} = {X}[order]\n{y} = {y}[order]"},
        {"begin": "\norder <- sample(n)\n{X} <- {X}[order, , drop = FALSE]\n"
                  "{y} <- {y}[order, , drop = FALSE]"},
    ),
}  # fmt: skip
