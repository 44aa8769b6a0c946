"""How a submission comes in, in one straight way, and what the instructor's own notebook asks of it.

`take_in` copies plain files (`files`), chooses the notebook and the answer sheet that are meant, and
puts a damaged notebook right (`repair`). `source` reads what the instructor wrote and plans, from the
names that cells use (`names`), which answers each test needs.
"""
